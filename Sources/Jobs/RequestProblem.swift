/// What is wrong with a request before anything is computed, in one line.
public struct RequestProblem: Sendable, Equatable, CustomStringConvertible {
  /// The option it is about.
  public enum Field: String, Sendable, CaseIterable {
    case model, size, steps, guidance, sampler, count, strength, lora, branch, memory
    case initImage = "init-image"
    case condition, control, edges
    case controlStrength = "control-strength"
    case controlScale = "control-scale"
    case controlEnd = "control-end"
    case initialLatents = "initial-latents"
    case variationStrength = "variation-strength"
  }

  public enum Severity: Sendable, Comparable {
    /// It will run, but perhaps not as hoped.
    case warning
    /// It will not run.
    case error
  }

  public let field: Field
  public let severity: Severity
  /// What was found, what was needed, what to do.
  public let message: String

  public init(_ field: Field, _ severity: Severity, _ message: String) {
    self.field = field
    self.severity = severity
    self.message = message
  }

  public var description: String { message }
}
