public import Schedulers

/// How a model's pictures are usually made, and why if that is not how most models' are.
public struct SamplingHabits: Sendable, Equatable {
  public var steps: Int
  public var guidance: Double
  /// A sentence; nil for models that take guidance.
  public var reason: String?

  public init(steps: Int, guidance: Double, reason: String?) {
    self.steps = steps
    self.guidance = guidance
    self.reason = reason
  }

  /// What most models are published with.
  public static let common = SamplingHabits(steps: 20, guidance: 4.5, reason: nil)
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
