import Foundation

/// How the steps of a run are spread over the timesteps the model was trained on.
///
/// Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed", table of spacings.
public enum TimestepSpacing: String, Sendable, CaseIterable {
  case linspace
  case leading
  case trailing

  /// Timesteps of the samplers that may end at timestep 0 (DDIM, DDPM, Euler), falling.
  ///
  /// `linspace` is not rounded.
  func timesteps(steps: Int, of trainTimesteps: Int, offset: Int) -> [Double] {
    switch self {
    case .linspace:
      steps == 1 ? [0] : evenly(steps - 1, to: trainTimesteps - 1).reversed()
    case .leading:
      (0..<steps).reversed().map { Double($0 * (trainTimesteps / steps) + offset) }
    case .trailing:
      trailing(steps: steps, from: trainTimesteps, of: trainTimesteps)
    }
  }

  /// Timesteps of the multistep solvers, falling and whole, below `last`.
  ///
  /// One more is laid out and the lowest left away, for the final noise level has its own rule.
  func solverTimesteps(steps: Int, last: Int, of trainTimesteps: Int, offset: Int) -> [Double] {
    switch self {
    case .linspace:
      evenly(steps, to: last - 1).reversed().dropLast().map { $0.rounded(.toNearestOrEven) }
    case .leading:
      (1...steps).reversed().map { Double($0 * (last / (steps + 1)) + offset) }
    case .trailing:
      trailing(steps: steps, from: last, of: trainTimesteps)
    }
  }

  /// 0, …, end in `intervals` equal parts.
  private func evenly(_ intervals: Int, to end: Int) -> [Double] {
    let part = Double(end) / Double(intervals)
    return (0..<intervals).map { Double($0) * part } + [Double(end)]
  }

  /// Where rounding makes diffusers go down to −1 (998 steps of 1000), that step is left away.
  private func trailing(steps: Int, from last: Int, of trainTimesteps: Int) -> [Double] {
    let start = Double(last)
    // rounded as numpy.arange does, which decides ties
    let part = start - (start - Double(trainTimesteps) / Double(steps))
    return (0..<steps).map { (start - Double($0) * part).rounded(.toNearestOrEven) - 1 }
      .filter { $0 >= 0 }
  }
}
