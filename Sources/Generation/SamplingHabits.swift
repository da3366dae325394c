import Checkpoints
public import Schedulers

/// How a model's pictures are usually made, and why if that is not how most models' are.
public struct SamplingHabits: Sendable, Equatable {
  /// In place of the published one; nil if that suits.
  public var sampler: SamplerName?
  public var steps: Int
  public var guidance: Double
  /// A sentence; nil for models that take guidance.
  public var reason: String?

  public init(
    sampler: SamplerName? = nil, steps: Int, guidance: Double, reason: String?
  ) {
    self.sampler = sampler
    self.steps = steps
    self.guidance = guidance
    self.reason = reason
  }

  /// What most models are published with.
  public static let common = SamplingHabits(steps: 20, guidance: 4.5, reason: nil)
}

extension SamplingHabits {
  /// What an adapter asks for that makes a latent consistency model of a model.
  ///
  /// - Parameter adapters: Names of files, folders or in the library; what such adapters are called is
  ///   all that tells them.
  /// - Returns: Nil if there is none of this kind.
  public static func ofLCM(adapters: [String]) -> SamplingHabits? {
    adapters.first(where: Adapter.isForLCM(name:)).map { name in
      SamplingHabits(
        sampler: .lcm, steps: 4, guidance: 0,
        reason:
          "\(name) distils a model to 2 to 8 steps with guidance built in: sampler lcm, 4 steps, "
          + "no guidance.")
    }
  }
}

extension ModelDescription {
  /// How its pictures are usually made.
  ///
  /// - Parameter sampler: In place of the published one.
  public func habits(for sampler: SamplerName? = nil) -> SamplingHabits {
    switch sampler ?? publishedSampler {
    case .lcm, .lcmStride:
      SamplingHabits(
        steps: 4, guidance: 0,
        reason:
          "\(name) was distilled to 2 to 8 steps with guidance built in: 4 steps, no guidance.")
    case .dmd:
      SamplingHabits(
        steps: 1, guidance: 1,
        reason: "\(name) was distilled to one step with guidance built in: 1 step, no guidance.")
    default: .common
    }
  }
}
