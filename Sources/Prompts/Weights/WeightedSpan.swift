/// A stretch of a prompt that counts more or less than the rest.
public struct WeightedSpan: Equatable, Sendable {
  /// In ``PromptWeights/plain``.
  public let range: Range<String.Index>
  /// Never 1; within ``PromptWeights/range``.
  public let weight: Double
}
