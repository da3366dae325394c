import Foundation

/// How a noisy latent is mixed: signal · clean + noise · normal numbers.
///
/// α and s of the papers, α² + s² = 1. Kept in double precision: the solvers take differences of
/// logarithms of these.
struct NoiseLevel: Sendable {
  let signal: Double
  let noise: Double

  /// - Parameter sigma: s / α, 0 for a clean latent.
  init(sigma: Float) {
    signal = 1 / (Double(sigma) * Double(sigma) + 1).squareRoot()
    noise = Double(sigma) * signal
  }

  /// - Parameter alphaCumprod: α².
  init(alphaCumprod: Float) {
    signal = Double(alphaCumprod).squareRoot()
    noise = (1 - Double(alphaCumprod)).squareRoot()
  }

  /// λ = ln α − ln s, half the logarithm of the signal-to-noise ratio; infinite when clean.
  var lambda: Double { log(signal / noise) }
}
