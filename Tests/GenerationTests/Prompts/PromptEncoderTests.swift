import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing
import TextEncoding

@testable import Generation

@Suite struct PromptEncoderTests {
  private let model: LoadedModel
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-weights-\(UUID().uuidString)")

  init() throws {
    model = try LoadedModel(
      ModelFolder(Golden.model("sigma-tiny")), device: CPU(threads: 1), precision: .fp32
    ) { _, _, _ in }
  }

  private func encode(_ prompt: String, cleans: Bool = true, cache: PromptCache? = nil) throws
    -> EncodedPrompt
  {
    var encoder = PromptEncoder(
      model: model, device: CPU(threads: 1), cache: cache, cancellation: Cancellation())
    return try encoder.encode(prompt, cleans: cleans, progress: { _ in })
  }

  /// Tokens "▁a", "▁red", "▁fox", "▁face", end: one row of numbers each.
  @Test func scalesWeightedTokens() throws {
    let plain = try encode("a red fox face")
    let weighted = try encode("a (red:1.5) (fox face:0.25)")
    #expect(weighted.tokens.ids == plain.tokens.ids && weighted.cleaned == plain.cleaned)
    let channels = plain.embeddings.channels
    let factors: [Float] = [1, 1.5, 0.25, 0.25, 1]
    let byHand = plain.embeddings.values.enumerated().map { $1 * factors[$0 / channels] }
    #expect(weighted.embeddings.values == byHand)
    #expect(weighted.unplacedWeights.isEmpty)
  }

  @Test func changesNothingWithoutWeights() throws {
    let plain = try encode("a red fox face")
    for prompt in ["a (red:1) fox face", "a (red:1.0) fox (face:1)"] {
      #expect(try encode(prompt).embeddings == plain.embeddings)
    }
    // Not weights: cleaned as ever.
    let cleaned = try encode("a (red) fox face")
    #expect(cleaned.embeddings == plain.embeddings)
    let raw = try encode("a (red:1.5) fox face", cleans: false)
    #expect(raw.cleaned == "a (red:1.5) fox face")
  }

  /// The cache holds what weights are applied to, so all weights share an entry.
  @Test func cachesUnweighted() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let cache = PromptCache(folder: folder)
    let first = try encode("a (red:3) fox face", cache: cache)
    let plain = try encode("a red fox face", cache: cache)
    let again = try encode("a (red:3) fox face", cache: cache)
    #expect(!first.wasCached && plain.wasCached && again.wasCached)
    #expect(again.embeddings == first.embeddings)
    #expect(try plain.embeddings == encode("a red fox face").embeddings)
  }
}
