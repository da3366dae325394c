public import Schedulers

/// The settings that may change in the middle of a run.
public struct StepSettings: Sendable, Equatable {
  public var prompt: String
  public var negative: String
  public var guidance: Double
  /// The model's published sampler if nil.
  public var sampler: SamplerName?
  /// Of the noise to begin with and of the noise that samplers add; where it changes, of the noise
  /// still to come.
  public var seed: UInt64

  public init(
    prompt: String, negative: String, guidance: Double, sampler: SamplerName?, seed: UInt64
  ) {
    self.prompt = prompt
    self.negative = negative
    self.guidance = guidance
    self.sampler = sampler
    self.seed = seed
  }
}

/// A step after which a run went on with other settings, and those it had before.
public struct BranchPoint: Sendable, Equatable {
  /// Steps that were finished: 1 and more, fewer than the run has.
  public var at: Int
  /// In force until then, from the branch point before or from the beginning.
  public var settings: StepSettings

  public init(at: Int, settings: StepSettings) {
    self.at = at
    self.settings = settings
  }
}
