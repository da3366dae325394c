import Checkpoints
import Foundation
import Kernels
import Tensors
import TextEncoding

/// A prompt on its way into the transformer.
struct EncodedPrompt: Sendable {
  let cleaned: String
  let tokens: TokenizedText
  /// Each token's scaled by its weight.
  let embeddings: TokenEmbeddings
  /// Weighted texts that have no tokens of their own.
  let unplacedWeights: [String]
  let wasCached: Bool
}

/// What encoding a prompt tells on its way.
enum PromptProgress {
  /// This share of the text encoder's weights is prepared.
  case preparing(Double)
  /// This share of the text encoder's work is done.
  case encoding(Double)
  /// Something that its user should know.
  case noted(String)
}

/// Cleans, tokenizes and encodes prompts, through the cache where there is one.
struct PromptEncoder {
  let model: LoadedModel
  let device: any Device
  let cache: PromptCache?
  let prepared: PreparedWeights?
  /// Whether the weights of a block leave memory when it is done.
  let savesMemory: Bool
  let cancellation: Cancellation
  /// Opened with the first prompt that is not in the cache, let go with this value.
  private var textEncoder: OpenedTextEncoder?

  init(
    model: LoadedModel, device: any Device, cache: PromptCache?, prepared: PreparedWeights? = nil,
    savesMemory: Bool = false, cancellation: Cancellation
  ) {
    self.model = model
    self.device = device
    self.cache = cache
    self.prepared = prepared
    self.savesMemory = savesMemory
    self.cancellation = cancellation
  }

  /// - Parameter progress: Not called at all for what is in the cache.
  mutating func encode(_ prompt: String, cleans: Bool, progress: (PromptProgress) -> Void) throws
    -> EncodedPrompt
  {
    let text = PromptText(prompt, cleans: cleans)
    let tokens = model.tokenizer.tokenize(text.cleaned, maxLength: model.maxTokens)
    let (embeddings, wasCached) = try embeddings(of: tokens, progress: progress)
    return EncodedPrompt(
      cleaned: text.cleaned, tokens: tokens,
      embeddings: text.factors(for: tokens).map(embeddings.scaled) ?? embeddings,
      unplacedWeights: text.unplaced, wasCached: wasCached)
  }

  /// Of tokens without weights, which are what is cached.
  private mutating func embeddings(
    of tokens: TokenizedText, progress: (PromptProgress) -> Void
  ) throws -> (TokenEmbeddings, Bool) {
    let key = try PromptCache.key(for: tokens.ids, encodedBy: model.folder, model.precision)
    if let found = cache?.embeddings(for: key), found.tokens == tokens.ids.count,
      found.channels == model.configuration.captionChannels
    {
      return (found, true)
    }
    let opened =
      try textEncoder
      ?? model.openTextEncoder(
        device: device, prepared: prepared, savesMemory: savesMemory, cancellation: cancellation
      ) {
        switch $0 {
        case .made(let share): progress(.preparing(share))
        case .noted(let text): progress(.noted(text))
        }
      }
    progress(.encoding(0))
    textEncoder = opened
    let encoder = opened.encoder
    let vocabulary = encoder.configuration.vocabSize
    if let token = tokens.ids.max(), token >= vocabulary {
      throw GenerationError.tokenOutOfRange(Int(token), vocabulary: vocabulary)
    }
    let embeddings = try encoder(
      tokens.ids.map(Int.init), cancellation: cancellation
    ) { share in
      if savesMemory { opened.letGo() }
      progress(.encoding(share))
    }
    cache?.store(embeddings, for: key)
    return (embeddings, false)
  }
}

extension TokenEmbeddings {
  /// The same with each token's numbers multiplied by its factor.
  func scaled(_ factors: [Float]) -> TokenEmbeddings {
    precondition(factors.count == tokens, "\(factors.count) factors for \(tokens) tokens")
    var values = values
    for (token, factor) in factors.enumerated() where factor != 1 {
      for index in token * channels..<(token + 1) * channels { values[index] *= factor }
    }
    return TokenEmbeddings(tokens: tokens, channels: channels, values: values)
  }
}
