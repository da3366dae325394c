import Checkpoints
import Conditioning
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Requests whose text encoder, transformer and autoencoder take turns in memory.
@Suite struct LowMemoryTests {
  /// Bit for bit, whatever the run before left in memory.
  @Test func makesTheSamePictures() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      for precision in Precision.allCases {
        var request = TinyEngine.request(steps: 3)
        request.count = 2
        request.precision = precision
        request.initImage = PixelImage(
          width: 32, height: 32, bytes: (0..<32 * 32 * 3).map { UInt8($0 * 7 % 251) })
        let together = await engine.pictures(of: request)
        request.savesMemory = true
        let inTurns = await engine.pictures(of: request)
        precondition(together.count == 2 && together.map(\.image) == inTurns.map(\.image))
        precondition(together.map(\.digest) == inTurns.map(\.digest))
        guard let last = inTurns[1].kept.finished.last else { preconditionFailure("no steps") }
        let again = try await engine.actor.decode(last.latents, of: request)
        precondition(again == together[1].image)
        request.savesMemory = false
        let after = await engine.pictures(of: request)
        precondition(after.map(\.image) == together.map(\.image))
      }
    }
  }

  /// Before the first step, and again for each further picture as its decoder had the memory.
  @Test func opensTheTransformerForEachPicture() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var request = TinyEngine.request(steps: 1)
      request.count = 3
      var openings: [Int] = []
      // After the second run it is not in memory.
      for savesMemory in [false, true, false, false] {
        request.savesMemory = savesMemory
        openings.append(
          await engine.events(of: request).count {
            if case .loading("transformer", 0, 1) = $0 { true } else { false }
          })
      }
      precondition(openings == [0, 3, 1, 0])
    }
  }

  @Test func keepsNothingOfACancelledOpening() throws {
    let folder = try ModelFolder(Golden.model("sigma-tiny"))
    let checkpoint = try folder.checkpoint(.transformer)
    let transformer = RecallableTransformer(
      checkpoint, configuration: try folder.transformerConfiguration(checkpoint),
      device: CPU(threads: 1))
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try cancellation.whileCurrent { _ = try transformer.open() }
    }
    #expect(!transformer.isOpen)
    _ = try transformer.open()
    #expect(transformer.isOpen)
    transformer.letGo()
    #expect(!transformer.isOpen)
  }

  // MARK: When it is done

  private let model: ModelDescription

  init() throws { model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny"))) }

  private func use(
    _ request: GenerationRequest, cache: PromptCache? = nil, control: ControlFacts? = nil,
    available: Int?
  ) throws -> MemoryUse {
    try request.memoryUse(
      model, precision: .fp32, isLoaded: false, cache: cache, control: control,
      available: available)
  }

  /// The need of a request with prompts as long as they can be, as ``RequestWork`` counts it.
  private func work(savesMemory: Bool = false, encodes: Bool = true) throws -> RequestWork {
    var facts = RequestFacts(
      size: PictureSize(width: 128, height: 128), steps: 3,
      promptTokens: [model.maxTokens, model.maxTokens])
    if encodes { facts.encodedTokens = [5, 1] }
    facts.savesMemory = savesMemory
    return try #require(RequestWork(facts, of: model))
  }

  private var request: GenerationRequest {
    var request = TinyEngine.request("a red fox face")
    request.size = PictureSize(width: 128, height: 128)
    return request
  }

  @Test func countsAControlNet() throws {
    let available = try work().peak.bytes + 1_000_000
    let control = ControlFacts(copies: 1, bytes: 300_000_000, ledSteps: 3, edges: .canny)
    #expect(try use(request, available: available) == .together)
    #expect {
      try use(request, control: control, available: available)
    } throws: {
      guard case GenerationError.notEnoughMemory(let needed, available, _) = $0 else {
        return false
      }
      return (300_000_000..<310_000_000).contains(needed)
    }
    #expect(
      try use(request, control: control, available: available + 310_000_000) == .together)
  }

  @Test func takesTurnsWhereThatIsAskedForOrNeeded() throws {
    let needed = try work().peak.bytes
    #expect(try use(request, available: nil) == .together)
    #expect(try use(request, available: needed + 1_000_000) == .together)
    #expect(
      try use(request, available: needed - 1)
        == .inTurnsOfNecessity(needed: needed, available: needed - 1))
    var asked = request
    asked.savesMemory = true
    #expect(try use(asked, available: needed - 1) == .inTurns)
    #expect(try use(asked, available: nil) == .inTurns)
    let least = try work(savesMemory: true)
    let most = max(least.denoisingBytes, least.decodingBytes)
    #expect(throws: GenerationError.self) { try use(request, available: most / 2) }
  }

  @Test func saysWhy() {
    #expect(MemoryUse.together.note == nil && MemoryUse.inTurns.note == nil)
    #expect(
      MemoryUse.inTurnsOfNecessity(needed: 10_940_000_000, available: 6_460_000_000).note
        == "This needs about 10.9 GB of memory, but 6.5 GB are available: text encoder, transformer "
        + "and autoencoder take turns in it, which takes longer.")
  }

  /// The text encoder counts one block at a time, the transformer not beside the autoencoder.
  @Test func countsWhatIsInMemoryAtOnce() throws {
    let (together, inTurns) = (try work(), try work(savesMemory: true))
    let transformer = try #require(model.bytes[.transformer])
    let blocks = try #require(model.textEncoder).numLayers
    #expect(together.decodingBytes - inTurns.decodingBytes == transformer)
    #expect(together.denoisingBytes == inTurns.denoisingBytes)
    #expect(
      together.encodingBytes - inTurns.encodingBytes
        == together.textEncoderBytes - together.textEncoderBytes / blocks)
  }
}
