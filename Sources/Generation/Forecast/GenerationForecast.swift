/// What a request will take, before it is begun.
public struct GenerationForecast: Sendable, Equatable {
  public enum Stage: String, Sendable, CaseIterable {
    case load, encode, denoise, decode
  }

  /// Largest resident memory of the process, mapped weights included.
  public let peakBytes: Int
  /// In which the peak comes.
  public let peakStage: Stage
  /// Wall-clock seconds of each stage, for all pictures together.
  public let stages: [Stage: Double]
  public let secondsPerStep: Double
  /// Whether runs on this machine stand behind it; otherwise it is a guess.
  public let isCalibrated: Bool

  public var seconds: Double { stages.values.reduce(0, +) }
}
