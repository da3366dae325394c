import Checkpoints
import Foundation
import Kernels
import Tensors
import TextEncoding

/// A prompt on its way into the transformer.
struct EncodedPrompt: Sendable {
  let cleaned: String
  let tokens: TokenizedText
  let embeddings: TokenEmbeddings
  let wasCached: Bool
}

/// Cleans, tokenizes and encodes prompts, through the cache where there is one.
struct PromptEncoder {
  let model: LoadedModel
  let device: any Device
  let cache: PromptCache?
  let cancellation: Cancellation
  /// Opened with the first prompt that is not in the cache, let go with this value.
  private var textEncoder: T5Encoder?

  init(
    model: LoadedModel, device: any Device, cache: PromptCache?, cancellation: Cancellation
  ) {
    self.model = model
    self.device = device
    self.cache = cache
    self.cancellation = cancellation
  }

  mutating func encode(_ prompt: String, cleans: Bool) throws -> EncodedPrompt {
    let cleaned = cleans ? CaptionCleaning.clean(prompt) : CaptionCleaning.notCleaned(prompt)
    let tokens = model.tokenizer.tokenize(cleaned, maxLength: model.maxTokens)
    let key = try cacheKey(tokens.ids)
    if let found = cache?.embeddings(for: key), found.tokens == tokens.ids.count,
      found.channels == model.configuration.captionChannels
    {
      return EncodedPrompt(cleaned: cleaned, tokens: tokens, embeddings: found, wasCached: true)
    }
    let encoder = try textEncoder ?? model.openTextEncoder(device: device)
    textEncoder = encoder
    let vocabulary = encoder.configuration.vocabSize
    if let token = tokens.ids.max(), token >= vocabulary {
      throw GenerationError.tokenOutOfRange(Int(token), vocabulary: vocabulary)
    }
    let embeddings = try encoder(tokens.ids.map(Int.init), cancellation: cancellation)
    cache?.store(embeddings, for: key)
    return EncodedPrompt(
      cleaned: cleaned, tokens: tokens, embeddings: embeddings, wasCached: false)
  }

  /// Of what is cached: rises when the encoder computes other numbers than before.
  private static let version = 1

  /// The encoder's files with their sizes and times, then the tokens.
  private func cacheKey(_ ids: [Int32]) throws -> String {
    let folder = try model.folder.location(.textEncoder).folder
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey, .contentModificationDateKey])
    let facts = try files.sorted { $0.path < $1.path }.map { file -> String in
      let values = try file.resolvingSymlinksInPath().resourceValues(forKeys: [
        .fileSizeKey, .contentModificationDateKey,
      ])
      let time = values.contentModificationDate?.timeIntervalSince1970 ?? 0
      return "\(file.path) \(values.fileSize ?? 0) \(time)"
    }
    return (["\(Self.version)"] + facts + ids.map(String.init)).joined(separator: "\n")
  }
}
