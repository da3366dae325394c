import Checkpoints
import Foundation
import Generation
import Kernels
import TestSupport
import Testing

@testable import Jobs

@Suite struct RequestFactsTests {
  private let model: ModelDescription
  private let meter: PromptMeter

  init() throws {
    let folder = try ModelFolder(Golden.model("sigma-tiny"))
    model = ModelDescription(folder)
    meter = try PromptMeter(model: folder)
  }

  /// Pieces "▁a", "▁red", "▁fox", "▁face" and the end; the empty negative prompt is the end alone.
  @Test func countsWhatIsComputed() throws {
    var job = JobRequest(prompt: "a (red:1.2) fox face")
    job.size = "96x64"
    job.count = 3
    job.tile = true
    let facts = try #require(
      try job.facts(of: model, meter: meter, cache: nil, isLoaded: true, device: CPU(threads: 1)))
    var want = RequestFacts(
      size: PictureSize(width: 96, height: 64), steps: 20, promptTokens: [5, 1])
    want.count = 3
    want.tilesDecoding = true
    want.encodedTokens = [5, 1]
    want.isLoaded = true
    #expect(facts == want)
  }

  @Test func leavesOutWhatIsNotComputed() throws {
    var job = JobRequest(prompt: "a red fox face")
    job.guidance = 1
    job.negative = "a fox"
    job.initImage = "start.png"
    job.strength = 0.5
    let facts = try #require(
      try job.facts(of: model, meter: meter, cache: nil, isLoaded: false, device: CPU(threads: 1)))
    #expect(!facts.isGuided && facts.promptTokens == [5] && facts.encodedTokens == [5])
    #expect(facts.encodesImage && facts.steps == 10 && facts.size == model.nativeSize)
  }

  @Test func refusesWhatCannotBe() {
    var job = JobRequest(prompt: "a fox")
    job.size = "50x64"
    #expect(throws: GenerationError.self) {
      try job.facts(of: model, meter: meter, cache: nil, isLoaded: false, device: CPU(threads: 1))
    }
  }

  /// Only 8-bit weights are kept, and only those of large matrices: this model has none.
  @Test func asksWhetherWeightsArePrepared() throws {
    let folder = URL(filePath: "/nonexistent")
    func facts(_ model: ModelDescription, _ precision: String) throws -> RequestFacts? {
      var job = JobRequest(prompt: "a red fox face")
      job.precision = precision
      return try job.facts(
        of: model, meter: PromptMeter(model: model.folder), cache: nil,
        prepared: PreparedWeights(folder: folder), isLoaded: false, device: CPU(threads: 1))
    }
    let large = ModelDescription(try ModelLibrary().model("default"))
    #expect(try facts(large, "int8")?.preparesTextEncoder == true)
    #expect(try facts(large, "bf16")?.preparesTextEncoder == false)
    #expect(try facts(model, "int8")?.preparesTextEncoder == false)
  }
}
