import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
@testable import Transformers

/// A golden model's transformer, and a golden case's captions for it.
struct GoldenTransformer {
  let golden: Golden
  let model: PixArtTransformer

  init(_ caseName: String, model modelName: String, threads: Int = 2) throws {
    golden = try Golden(caseName)
    let folder = Golden.model(modelName).appending(path: "transformer")
    model = try PixArtTransformer(
      Weights(Golden.checkpoint(folder), device: CPU(threads: threads)),
      configuration: TransformerConfiguration(
        ConfigurationFile(folder.appending(path: "config.json"))))
  }

  /// Embeddings of the unconditional prompts, then of the prompts, `images` times each.
  func captions(images: Int = 1) throws -> [TokenEmbeddings] {
    try ["negative_", ""].flatMap { prefix in
      try rows("\(prefix)prompt_embeds", mask: "\(prefix)attention_mask")
        .flatMap { Array(repeating: $0, count: images) }
    }
  }

  /// The real tokens of every prompt.
  func rows(_ name: String, mask: String) throws -> [TokenEmbeddings] {
    let shape = try golden.shape(name)
    let (prompts, limit, channels) = (shape[0], shape[1], shape[2])
    let values = try golden.floats(name)
    let mask = try golden.integers(mask)
    return (0..<prompts).map { prompt in
      let tokens = mask[prompt * limit..<(prompt + 1) * limit].reduce(0, +)
      let start = prompt * limit * channels
      return TokenEmbeddings(
        tokens: tokens, channels: channels,
        values: Array(values[start..<start + tokens * channels]))
    }
  }

  func latents(_ name: String, repeated: Int = 1) throws -> Latents {
    let shape = try golden.shape(name)
    let values = try golden.floats(name)
    return Latents(
      count: shape[0] * repeated, channels: shape[1], height: shape[2], width: shape[3],
      values: (0..<repeated).flatMap { _ in values })
  }
}
