import Checkpoints
import Foundation
import Generation
import Kernels
import Schedulers
import TestSupport
import Testing

@testable import Jobs

@Suite struct RequestProblemTests {
  private let model: ModelDescription
  private let side: Int

  init() throws {
    model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny")))
    side = try #require(model.nativeSide)
  }

  private func problems(_ change: (inout JobRequest) -> Void) -> [RequestProblem] {
    var job = JobRequest(prompt: "three stars")
    change(&job)
    return model.problems(for: job)
  }

  private func expect(
    _ field: RequestProblem.Field, _ severity: RequestProblem.Severity, _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout JobRequest) -> Void
  ) {
    let found = problems(change)
    #expect(found.map(\.field) == [field], sourceLocation: sourceLocation)
    #expect(found.map(\.severity) == [severity], sourceLocation: sourceLocation)
    #expect(found.first?.message.contains(text) == true, "\(found)", sourceLocation: sourceLocation)
    #expect(found.first?.message.contains("\n") == false, sourceLocation: sourceLocation)
  }

  @Test func findsNothingWrongWithTheDefaults() {
    #expect(problems { _ in }.isEmpty)
  }

  @Test func judgesSizes() {
    expect(.size, .error, "The nearest such size is --size 48x64.") { $0.size = "50x64" }
    expect(.size, .error, "width and height in pixels were needed") { $0.size = "big" }
    let (large, small) = (2 * side, side / 2)
    expect(
      .size, .warning,
      "At \(large)x\(large) noise is likely: this checkpoint was trained at \(side) px."
    ) { $0.size = "\(large)x\(large)" }
    expect(.size, .warning, "cut-off or coarse pictures are likely") {
      $0.size = "\(small)x\(small)"
    }
  }

  @Test func judgesSampling() {
    expect(.sampler, .error, "There is no sampler 'dpm'.") { $0.sampler = "dpm" }
    expect(
      .steps, .error,
      "0 steps were asked for, but this model takes 1 to 1000. Choose another --steps."
    ) { $0.steps = 0 }
    expect(.steps, .error, "1001 steps were asked for") { $0.steps = 1001 }
    expect(.steps, .warning, "20 are usual.") { $0.steps = 101 }
    #expect(
      problems {
        $0.sampler = "ddpm"; $0.steps = 250
      }.isEmpty)
    expect(.guidance, .error, "must be between 0 and 100") { $0.guidance = -1 }
    expect(.guidance, .error, "must be between 0 and 100") { $0.guidance = .nan }
    expect(.guidance, .warning, "4.5 is usual.") { $0.guidance = 20 }
    expect(.count, .error, "one request makes 1 to 10000") { $0.count = 0 }
  }

  /// Models with guidance built in, and their samplers with models that lack it.
  @Test func judgesFewStepModels() throws {
    expect(.sampler, .warning, "'lcm' is for checkpoints distilled to few steps") {
      $0.sampler = "lcm"
    }
    let lcm = ModelDescription(try ModelFolder(Golden.model("lcm-tiny")))
    #expect(lcm.habits().steps == 4 && lcm.habits().guidance == 0)
    #expect(
      lcm.habits().reason
        == "lcm-tiny was distilled to 2 to 8 steps with guidance built in: 4 steps, no guidance.")
    func fields(
      _ steps: Int, _ guidance: Double, _ sampler: String? = nil, _ model: ModelDescription? = nil
    ) -> [RequestProblem.Field] {
      var job = JobRequest(prompt: "a fox")
      (job.steps, job.guidance, job.sampler) = (steps, guidance, sampler)
      return (model ?? lcm).problems(for: job).map(\.field)
    }
    #expect(fields(4, 0).isEmpty && fields(8, 1).isEmpty && fields(4, 0, "lcm-stride").isEmpty)
    #expect(fields(20, 4.5) == [.steps, .guidance] && fields(20, 0, "euler") == [.sampler])
    let dmd = ModelDescription(
      try ModelFolder(Golden.model("dmd-tiny")).completed(
        from: ModelFolder(Golden.model("alpha-tiny"))))
    #expect(dmd.publishedSampler == .dmd && dmd.habits().steps == 1)
    #expect(fields(1, 1, nil, dmd).isEmpty && fields(2, 1, nil, dmd) == [.steps])
  }

  @Test func judgesVariations() {
    expect(.variationStrength, .error, "must be between 0 and 1") { $0.variationStrength = 1.1 }
    expect(.variationStrength, .error, "must be between 0 and 1") { $0.variationStrength = .nan }
    expect(.initialLatents, .error, "Leave out --initial-latents or --variation-strength.") {
      $0.variationStrength = 0.1
      $0.initialLatents = #filePath
    }
    #expect(problems { $0.variationStrength = 1 }.isEmpty)
  }

  @Test func judgesFiles() {
    expect(.initImage, .error, "Cannot read '/nonexistent/a.png'") {
      $0.initImage = "/nonexistent/a.png"
    }
    let picture = Golden.root.appending(path: "a-sigma/square/image_0.png").path
    #expect(problems { $0.initImage = picture }.isEmpty)
    expect(.strength, .error, "The strength is 0.0") {
      $0.initImage = picture
      $0.strength = 0
    }
    expect(.strength, .error, "leaves nothing to do") {
      $0.initImage = picture
      $0.strength = 0.01
    }
    expect(.initialLatents, .error, "Both initial latents and a picture") {
      $0.initImage = picture
      $0.initialLatents = picture
    }
  }

  @Test func warnsOfMemory() throws {
    let job = JobRequest(prompt: "three stars")
    let meter = try PromptMeter(model: model.folder)
    let facts = try #require(
      try job.facts(of: model, meter: meter, cache: nil, isLoaded: false, device: CPU(threads: 1)))
    let forecast = try #require(
      Forecaster(calibration: MachineCalibration(), baseBytes: 2_000_000_000)
        .forecast(facts, of: model))
    let found = model.problems(for: job, forecast: forecast, available: 1_000_000_000)
    #expect(found.map(\.field) == [.memory] && found.map(\.severity) == [.warning])
    #expect(found[0].message.contains("but 1.0 GB are available"))
    #expect(model.problems(for: job, forecast: forecast, available: 1 << 40).isEmpty)
  }

  @Test func saysWhyAModelCannotRun() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Golden.model("sigma-tiny").appending(path: "transformer"),
      to: folder.appending(path: "transformer"))
    let half = ModelDescription(try ModelFolder(folder, name: "half"))
    let found = half.problems(for: JobRequest(prompt: "a fox"))
    #expect(found.map(\.field) == [.model] && found.map(\.severity) == [.error])
  }
}
