/// What a finished request took.
public struct RunFigures: Sendable, Equatable {
  /// Of each stage, as ``GenerationSummary`` has them.
  public var seconds: [String: Double]
  /// Of a step, the first one left out; nil if there was but one.
  public var secondsPerStep: Double?
  /// Whether opening the model waited for a disk, which the next run will not.
  public var wasCold = false
  /// Of the process during the request alone, in bytes; nil if it is not known.
  public var peakBytes: Int?

  public init(seconds: [String: Double]) { self.seconds = seconds }

  public init(_ summary: GenerationSummary) {
    seconds = summary.seconds
    secondsPerStep = summary.secondsPerStep
    wasCold = summary.wasCold
  }
}
