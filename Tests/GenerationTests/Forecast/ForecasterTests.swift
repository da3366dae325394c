import Checkpoints
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Generation

@Suite struct ForecasterTests {
  private let model: ModelDescription

  init() throws { model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny"))) }

  private func facts(side: Int = 128, steps: Int = 10) -> RequestFacts {
    var facts = RequestFacts(
      size: PictureSize(width: side, height: side), steps: steps, promptTokens: [6, 6])
    facts.encodedTokens = [11, 1]
    return facts
  }

  @Test func grows() throws {
    let forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 1 << 24)
    let small = try #require(forecaster.forecast(facts(), of: model))
    #expect(!small.isCalibrated)
    let long = try #require(forecaster.forecast(facts(steps: 20), of: model))
    #expect(abs((long.stages[.denoise] ?? 0) / (small.stages[.denoise] ?? 1) - 2) < 1e-9)
    #expect(long.stages[.decode] == small.stages[.decode])
    // At most the ten steps more that are kept: 256 latent pixels of 48 bytes each.
    #expect((1...10 * 256 * 48).contains(long.peakBytes - small.peakBytes))
    let large = try #require(forecaster.forecast(facts(side: 512), of: model))
    #expect(large.peakBytes > small.peakBytes && large.seconds > 4 * small.seconds)
    var known = facts()
    known.encodedTokens = []
    known.isLoaded = true
    let quick = try #require(forecaster.forecast(known, of: model))
    #expect(quick.stages[.load] == 0)
    #expect((quick.stages[.encode] ?? 1) < (small.stages[.encode] ?? 0))
  }

  /// A machine of any speed is forecast exactly after one run, and the rest in proportion.
  @Test func learnsFromOneRun() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 1 << 24)
    let guess = try #require(forecaster.forecast(facts(), of: model))
    let seconds = ["load": 0.5, "encode": 3.0, "denoise": 40.0, "decode": 2.0]
    var figures = RunFigures(seconds: seconds)
    figures.peakBytes = guess.peakBytes + 5_000_000
    forecaster.learn(facts(), of: model, from: figures)
    let learned = try #require(forecaster.forecast(facts(), of: model))
    #expect(learned.isCalibrated)
    for stage in GenerationForecast.Stage.allCases {
      let want = try #require(seconds[stage.rawValue])
      #expect(abs((learned.stages[stage] ?? 0) / want - 1) < 0.05, "\(stage)")
    }
    #expect(learned.peakBytes == guess.peakBytes + 5_000_000)
    let long = try #require(forecaster.forecast(facts(steps: 30), of: model))
    #expect(abs((long.stages[.denoise] ?? 0) - 120) < 1e-6)
  }

  /// Reading the text encoder takes as long for a long prompt as for a short one.
  @Test func keepsReadingAndComputingApart() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    func encoding(_ tokens: [Int]) throws -> Double {
      var facts = facts()
      facts.encodedTokens = tokens
      return try #require(forecaster.forecast(facts, of: model)?.stages[.encode])
    }
    forecaster.learn(facts(), of: model, from: RunFigures(seconds: ["denoise": 4]))
    let (short, long) = (try encoding([11, 1]), try encoding([200]))
    var seconds = ["encode": short + 9]
    forecaster.learn(facts(), of: model, from: RunFigures(seconds: seconds))
    #expect(try abs(encoding([200]) - long - 9) < 1e-6)
    #expect(try encoding([]) < 1)
    seconds["encode"] = try encoding([200]) + 30
    var many = facts()
    many.encodedTokens = [200]
    forecaster.learn(many, of: model, from: RunFigures(seconds: seconds))
    #expect(try abs(encoding([200]) - long - 39) < 1e-3)
    #expect(try abs(encoding([100]) - 9) < 20)
  }

  /// What waited for a disk is not learned: the first step's time, and that of opening the model.
  @Test func forgivesAColdStart() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    let usual = try #require(forecaster.forecast(facts(), of: model)?.stages[.load])
    var figures = RunFigures(seconds: ["load": 9, "denoise": 60])
    figures.secondsPerStep = 4
    figures.wasCold = true
    forecaster.learn(facts(steps: 10), of: model, from: figures)
    let learned = try #require(forecaster.forecast(facts(steps: 10), of: model))
    #expect(abs((learned.stages[.denoise] ?? 0) - 40) < 1e-6)
    #expect(learned.stages[.load] == usual)
  }

  /// What one precision took says little of another, which is forecast in proportion to it.
  @Test func keepsPrecisionsApart() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    var narrow = facts()
    narrow.precision = .bf16
    forecaster.learn(facts(), of: model, from: RunFigures(seconds: ["load": 1, "denoise": 40]))
    let guessed = try #require(forecaster.forecast(narrow, of: model))
    #expect(abs((guessed.stages[.denoise] ?? 0) - 40 * 0.95 / 1.8) < 0.1)
    #expect(!guessed.isCalibrated && guessed.stages[.load] != 1)
    forecaster.learn(narrow, of: model, from: RunFigures(seconds: ["load": 2, "denoise": 30]))
    let learned = try #require(forecaster.forecast(narrow, of: model)?.stages)
    #expect(abs((learned[.denoise] ?? 0) - 30) < 1e-6 && learned[.load] == 2)
    #expect(forecaster.forecast(facts(), of: model)?.stages[.load] == 1)
  }

  /// Packing a text encoder for the first time takes its while, which says nothing of the next time.
  @Test func countsPreparingOnce() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    var narrow = facts()
    narrow.precision = .int8
    func encoding(_ facts: RequestFacts) throws -> Double {
      try #require(forecaster.forecast(facts, of: model)?.stages[.encode])
    }
    forecaster.learn(facts(), of: model, from: RunFigures(seconds: ["denoise": 4]))
    let usual = try encoding(narrow)
    var first = narrow
    first.preparesTextEncoder = true
    let bytes = try #require(RequestWork(narrow, of: model)).textEncoderBytes
    #expect(try abs(encoding(first) - usual - Double(bytes) / 3e8) < 1e-12)
    forecaster.learn(first, of: model, from: RunFigures(seconds: ["encode": 60]))
    #expect(try encoding(narrow) == usual)
    // Another precision reads other bytes.
    forecaster.learn(narrow, of: model, from: RunFigures(seconds: ["encode": usual + 2]))
    #expect(try abs(encoding(narrow) - usual - 2) < 1e-6)
    #expect(try encoding(facts()) < 2)
  }

  /// One run beside a busy neighbour does not move the median of three.
  @Test func forgivesOneSlowRun() throws {
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    for seconds in [4.0, 400, 4.2] {
      forecaster.learn(facts(), of: model, from: RunFigures(seconds: ["denoise": seconds]))
    }
    let learned = try #require(forecaster.forecast(facts(), of: model))
    #expect(abs((learned.stages[.denoise] ?? 0) - 4.2) < 1e-9)
  }

  @Test func survivesItsFile() throws {
    var calibration = MachineCalibration()
    calibration.productRate = 2e11
    calibration.learn(.denoising(width: 72, .fp32), operations: 1e9, seconds: 0.01)
    calibration.learn(loading: "a", seconds: 0.1)
    calibration.learn(memoryBeyond: -1e6, of: "a")
    let data = try JSONEncoder().encode(calibration)
    #expect(try JSONDecoder().decode(MachineCalibration.self, from: data) == calibration)
  }

  @Test func answersAtOnce() throws {
    let forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: 0)
    let facts = facts(side: 1024)
    let start = ContinuousClock.now
    for _ in 0..<100 { _ = forecaster.forecast(facts, of: model) }
    #expect((ContinuousClock.now - start) / 100 < .milliseconds(5))
  }
}
