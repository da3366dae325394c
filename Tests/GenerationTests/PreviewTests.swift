import Foundation
import Tensors
import TestSupport
import Testing

@testable import Generation

@Suite struct PreviewTests {
  /// In a process of its own: the tests of kernels change the instruction set of this one.
  @Test func neverChangesThePicture() async {
    await #expect(processExitsWith: .success) {
      let folder = try PreviewTests.modelWithTinyAutoencoder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let engine = TinyEngine(models: folder)
      var pictures: [PixelImage] = []
      for source in PreviewSource.allCases {
        var request = TinyEngine.request(steps: 4)
        request.preview = source
        pictures += await engine.pictures(of: request).map(\.image)
      }
      precondition(pictures.count == 4 && pictures.allSatisfy { $0 == pictures[0] })
    }
  }

  /// `sigma-tiny` with `taesd-tiny` as its `tiny_vae`, in a folder of models.
  static func modelWithTinyAutoencoder() throws -> URL {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "pixart-models-\(UUID().uuidString)")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    let model = folder.appending(path: "sigma-tiny")
    try files.copyItem(at: Golden.model("sigma-tiny"), to: model)
    try files.copyItem(at: Golden.model("taesd-tiny"), to: model.appending(path: "tiny_vae"))
    return folder
  }

  private func steps(_ source: PreviewSource, engine: TinyEngine = TinyEngine()) async
    -> [StepReport]
  {
    var request = TinyEngine.request()
    request.preview = source
    return await engine.events(of: request).compactMap(\.step)
  }

  @Test func showsWhatIsAskedFor() async throws {
    let linear = await steps(.denoisedLinear)
    #expect(linear.map(\.previewSource) == Array(repeating: .denoisedLinear, count: 3))
    #expect(linear.allSatisfy { $0.preview?.width == 6 && $0.preview?.height == 8 })
    let noisy = await steps(.noisyLinear)
    #expect(noisy.map(\.previewSource) == Array(repeating: .noisyLinear, count: 3))
    #expect(noisy[0].preview != linear[0].preview)
    // At the end nothing is noisy.
    #expect(noisy[2].preview == linear[2].preview)
    let none = await steps(.off)
    #expect(none.allSatisfy { $0.preview == nil && $0.previewSource == .off })
  }

  /// The first is at full size; where there is no tiny autoencoder, the report says so.
  @Test func showsTheTinyAutoencodersPicture() async throws {
    let without = await steps(.denoisedTiny)
    #expect(without.map(\.previewSource) == Array(repeating: .denoisedLinear, count: 3))
    let folder = try Self.modelWithTinyAutoencoder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let with = await steps(.denoisedTiny, engine: TinyEngine(models: folder))
    #expect(with.first?.previewSource == .denoisedTiny)
    #expect(with.first?.preview?.width == 48 && with.first?.preview?.height == 64)
    for step in with {
      #expect(step.preview?.width == (step.previewSource == .denoisedTiny ? 48 : 6))
    }
  }

  @Test func changesWhileItRuns() async {
    // Long enough that it cannot be over before the change arrives.
    var request = TinyEngine.request(steps: 900)
    request.size = PictureSize(width: 512, height: 512)
    let steps = await TinyEngine().events(of: request) { event, job in
      if event.step?.step == 2 { job.preview = .off }
      if event.step?.previewSource == .off { job.cancel() }
    }.compactMap(\.step)
    #expect(steps.first?.previewSource == .denoisedLinear)
    #expect(steps.contains { $0.previewSource == .off && $0.preview == nil })
  }

  /// The first at once; then one whenever steps took 1 / 0.15 of the last one's time.
  @Test func keepsToItsBudget() {
    var budget = PreviewBudget()
    var shown: [Int] = []
    for step in 0..<12 {
      budget.earn(stepSeconds: 1)
      guard budget.allows else { continue }
      shown.append(step)
      budget.spend(0.5)
    }
    #expect(shown == [0, 4, 8])
    budget.spend(0.1)
    budget.earn(stepSeconds: 1)
    #expect(budget.allows)
  }

  @Test func refusesADamagedTinyAutoencoder() async throws {
    let folder = try Self.modelWithTinyAutoencoder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = folder.appending(
      path: "sigma-tiny/tiny_vae/diffusion_pytorch_model.safetensors")
    let whole = try Data(contentsOf: weights)
    try whole.prefix(whole.count / 2).write(to: weights)
    let message = await TinyEngine(models: folder).events(of: TinyEngine.request()).last?.message
    #expect(message?.contains("tiny_vae") == true)
  }
}
