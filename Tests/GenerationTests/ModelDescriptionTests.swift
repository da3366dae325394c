import Checkpoints
import Foundation
import Schedulers
import TestSupport
import Testing

@testable import Generation

@Suite struct ModelDescriptionTests {
  private func describe(_ name: String) throws -> ModelDescription {
    ModelDescription(try ModelFolder(Golden.model(name)))
  }

  @Test func saysWhatAModelTakes() throws {
    let model = try describe("sigma-tiny")
    #expect(model.name == "sigma-tiny" && model.family == .sigma && model.maxTokens == 300)
    #expect(model.faults.isEmpty)
    #expect(model.latentFactor == 8 && model.sizeMultiple == 16)
    #expect(model.publishedSampler == .dpmPlusPlus2M)
    #expect(model.suggestedSteps() == 20 && model.suggestedSteps(for: .ddim) == 50)
    let side = try #require(model.nativeSide)
    #expect(model.nativeSize == PictureSize(width: side, height: side))
    #expect(model.bins.isEmpty || model.bins.contains(PictureSize(width: side, height: side)))
    let file = Golden.model("sigma-tiny")
      .appending(path: "transformer/diffusion_pytorch_model.safetensors")
    let bytes = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    #expect(model.bytes[.transformer] == bytes)
    #expect(model.bytes[.tokenizer] == nil)
  }

  @Test func knowsTheSmallAutoencoder() throws {
    #expect(try !describe("sigma-tiny").hasTinyPreview)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(at: Golden.model("sigma-tiny"), to: folder)
    try FileManager.default.copyItem(
      at: Golden.model("taesd-tiny"), to: folder.appending(path: "tiny_vae"))
    #expect(ModelDescription(try ModelFolder(folder)).hasTinyPreview)
  }

  @Test func plansSizes() throws {
    let model = try describe("sigma-tiny")
    #expect(try model.madeSize(nil, snapsToBin: false) == model.nativeSize)
    let size = PictureSize(width: 50, height: 64)
    #expect(
      throws: GenerationError.sizeNotAllowed(
        size, multiple: 16, nearest: PictureSize(width: 48, height: 64))
    ) { try model.madeSize(size, snapsToBin: false) }
  }

  /// With strength 0.5 the first half of 20 steps is left out.
  @Test func countsComputedSteps() throws {
    let model = try describe("sigma-tiny")
    #expect(try model.computedSteps(nil, steps: 20, strength: nil) == 20)
    #expect(try model.computedSteps(.euler, steps: 20, strength: 0.5) == 10)
  }

  /// A folder with the transformer alone: the rest is missing, and nothing crashes.
  @Test func saysWhatIsMissing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Golden.model("sigma-tiny").appending(path: "transformer"),
      to: folder.appending(path: "transformer"))
    let model = ModelDescription(try ModelFolder(folder, name: "half"))
    #expect(model.faults == ["half has no text encoder, tokenizer, autoencoder, scheduler."])
    #expect(model.nativeSide != nil && model.bytes[.textEncoder] == nil)
  }

  /// No weight is mapped: it takes milliseconds whatever the model's size.
  @Test func isQuick() throws {
    let folder = try ModelFolder(Golden.model("sigma-tiny"))
    _ = ModelDescription(folder)
    let start = ContinuousClock.now
    for _ in 0..<10 { _ = ModelDescription(folder) }
    #expect((ContinuousClock.now - start) / 10 < .milliseconds(30))
  }
}
