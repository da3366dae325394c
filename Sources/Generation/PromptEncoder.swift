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

  /// - Parameter progress: Called with the share of the text encoder's work that is done, 0...1;
  ///   not at all for what is in the cache.
  mutating func encode(_ prompt: String, cleans: Bool, progress: (Double) -> Void) throws
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
  private mutating func embeddings(of tokens: TokenizedText, progress: (Double) -> Void) throws
    -> (TokenEmbeddings, Bool)
  {
    let key = try PromptCache.key(for: tokens.ids, encodedBy: model.folder, model.precision)
    if let found = cache?.embeddings(for: key), found.tokens == tokens.ids.count,
      found.channels == model.configuration.captionChannels
    {
      return (found, true)
    }
    progress(0)
    let encoder = try textEncoder ?? model.openTextEncoder(device: device)
    textEncoder = encoder
    let vocabulary = encoder.configuration.vocabSize
    if let token = tokens.ids.max(), token >= vocabulary {
      throw GenerationError.tokenOutOfRange(Int(token), vocabulary: vocabulary)
    }
    let embeddings = try encoder(
      tokens.ids.map(Int.init), cancellation: cancellation, progress: progress)
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
