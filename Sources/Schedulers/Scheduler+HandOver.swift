import Foundation
public import Tensors

extension Scheduler {
  /// The step whose noise level comes nearest to one, as ratios go.
  ///
  /// - Parameter sigma: Noise over signal, above 0.
  /// - Returns: An index into ``timesteps``; the earlier one of two that are equally near.
  public func step(nearestTo sigma: Float) -> Int {
    let distances = sigmas.prefix(timesteps.count).map { abs(log(Double($0) / Double(sigma))) }
    return distances.indices.min { distances[$0] < distances[$1] } ?? 0
  }

  /// Gives a sample to another sampler, in the form and with the noise of the step it begins with.
  ///
  /// What is not the clean latents that were predicted last counts as noise. Both are mixed anew at
  /// the other's level: a step of Euler's method there, which asks no model and is none at all where
  /// the levels are the same.
  ///
  /// - Parameters:
  ///   - index: The step that this sampler would have made next.
  ///   - denoised: Of the step before it.
  ///   - otherIndex: The step that the other one begins with.
  public func handOver(
    _ sample: Latents, at index: Int, denoised: Latents, to other: any Scheduler,
    at otherIndex: Int
  ) -> Latents {
    let level = NoiseLevel(sigma: sigmas[index])
    let noise = weightedSum(
      (1 / level.noise, scaledInput(sample, at: index)), (-level.signal / level.noise, denoised))
    return other.addNoise(to: denoised, noise: noise, at: otherIndex)
  }
}
