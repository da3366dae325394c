import Checkpoints
import Foundation
import TestSupport
import Testing

/// Tells weights from other weights, whatever their folder is called.
@Suite final class ModelHashTests {
  private let copy = FileManager.default.temporaryDirectory
    .appending(path: "pixart-model-\(UUID().uuidString)")

  init() throws { try FileManager.default.copyItem(at: Golden.model("sigma-tiny"), to: copy) }

  deinit { try? FileManager.default.removeItem(at: copy) }

  private func hash(_ folder: URL) throws -> String { try ModelFolder(folder).weightsHash }

  @Test func isTheWeightsAndNotTheName() throws {
    let own = try hash(Golden.model("sigma-tiny"))
    #expect(own.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    #expect(try hash(copy) == own)
    #expect(try hash(Golden.model("alpha-tiny")) != own)
  }

  /// One byte of one tensor, the first behind the header.
  @Test(arguments: ["transformer", "vae"]) func changesWithTheWeights(part: String) throws {
    let file = copy.appending(path: "\(part)/diffusion_pytorch_model.safetensors")
    var data = try Data(contentsOf: file)
    let before = try hash(copy)
    let header = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    data[8 + header] ^= 1
    try data.write(to: file)
    #expect(try hash(copy) != before)
    try FileManager.default.removeItem(at: file)
    #expect(try hash(copy) != before)
  }
}
