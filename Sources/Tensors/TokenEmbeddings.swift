/// A text encoder's output for the real tokens of one prompt: `[tokens, channels]`, row-major.
public struct TokenEmbeddings: Sendable, Equatable {
  public let tokens: Int
  public let channels: Int
  public let values: [Float]

  public init(tokens: Int, channels: Int, values: [Float]) {
    precondition(
      tokens > 0 && values.count == tokens * channels,
      "\(values.count) values for embeddings \([tokens, channels])")
    self.tokens = tokens
    self.channels = channels
    self.values = values
  }
}
