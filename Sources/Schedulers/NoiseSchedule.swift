import Foundation

/// How much noise each training timestep carries.
///
/// Ho et al., "Denoising Diffusion Probabilistic Models". The tables are rounded to float32 where
/// diffusers rounds: from exact betas the small sigmas would differ by up to 8e-5, relatively.
public struct NoiseSchedule: Sendable, Equatable {
  /// `[timesteps]`, the variance each timestep adds.
  public let betas: [Float]
  /// `[timesteps]`, ᾱ: the share of the signal's variance that is left.
  public let alphasCumprod: [Float]
  /// `[timesteps]`, √((1 − ᾱ) / ᾱ), rising.
  public let sigmas: [Float]

  /// - Throws: ``SchedulerError/unusableBetas(reason:)`` unless all betas are between 0 and 1 and
  ///   leave some signal at the last timestep.
  public init(betas: [Float]) throws(SchedulerError) {
    guard !betas.isEmpty else { throw .unusableBetas(reason: "there are no betas") }
    if let outside = betas.first(where: { !($0 > 0 && $0 < 1) }) {
      throw .unusableBetas(reason: "beta \(outside) is not between 0 and 1")
    }
    self.betas = betas
    var product = 1.0
    alphasCumprod = betas.map { beta in
      product *= Double(1 - beta)
      return Float(product)
    }
    sigmas = alphasCumprod.map { ((1 - $0) / $0).squareRoot() }
    guard sigmas[0] > 0, sigmas[betas.count - 1].isFinite else {
      throw .unusableBetas(reason: "the betas leave no noise or no signal")
    }
  }

  /// - Throws: ``SchedulerError`` if the configuration's betas cannot be used.
  public init(_ configuration: SchedulerConfiguration) throws(SchedulerError) {
    let (start, end) = (configuration.betaStart, configuration.betaEnd)
    let count = configuration.trainTimesteps
    guard (1...SchedulerConfiguration.mostTrainTimesteps).contains(count) else {
      throw .unsupported(
        key: "num_train_timesteps", found: "\(count)",
        supported: "1 to \(SchedulerConfiguration.mostTrainTimesteps)")
    }
    if let betas = configuration.trainedBetas {
      guard betas.count == count else {
        throw .unusableBetas(
          reason: "trained_betas has \(betas.count) numbers, num_train_timesteps is \(count)")
      }
      try self.init(betas: betas)
      return
    }
    switch configuration.betaSchedule {
    case .linear:
      try self.init(betas: Self.linspace(Float(start), Float(end), count: count))
    case .scaledLinear:
      let roots = Self.linspace(Float(start.squareRoot()), Float(end.squareRoot()), count: count)
      try self.init(betas: roots.map { $0 * $0 })
    }
  }

  public var count: Int { betas.count }

  /// Even steps as `torch.linspace` rounds them: the second half counts back from the end.
  private static func linspace(_ start: Float, _ end: Float, count: Int) -> [Float] {
    guard count > 1 else { return [start] }
    let step = (end - start) / Float(count - 1)
    return (0..<count).map {
      $0 < count / 2
        ? start.addingProduct(Float($0), step) : end.addingProduct(-Float(count - 1 - $0), step)
    }
  }

  /// σ between the timesteps, interpolated linearly.
  func sigma(at timestep: Double) -> Double {
    let low = min(max(Int(timestep), 0), count - 1)
    let high = min(low + 1, count - 1)
    let rise = Double(sigmas[high]) - Double(sigmas[low])
    return Double(sigmas[low]) + (timestep - Double(low)) * rise
  }

  /// The timestep, fractional, whose σ this is: linear in ln σ, held within the table.
  func timestep(ofSigma sigma: Double) -> Double {
    guard count > 1 else { return 0 }
    let wanted = log(max(sigma, 1e-10))
    var (low, high) = (0, count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Double(log(sigmas[middle])) <= wanted { low = middle } else { high = middle }
    }
    let (below, above) = (log(sigmas[low]), log(sigmas[high]))
    let share = (Double(below) - wanted) / Double(below - above)
    return Double(low) + min(max(share, 0), 1)
  }
}

/// `count` noise levels from `highest` down to `lowest`, dense where noise is low (ρ = 7).
///
/// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models".
func karrasSigmas(from highest: Double, to lowest: Double, count: Int) -> [Double] {
  let (top, bottom) = (pow(highest, 1 / 7), pow(lowest, 1 / 7))
  return ramp(from: top, to: bottom, count: count).map { pow($0, 7) }
}

/// `count` noise levels at even steps of ln σ.
///
/// Lu et al., "DPM-Solver": uniform logSNR.
func uniformLambdaSigmas(from highest: Float, to lowest: Float, count: Int) -> [Double] {
  ramp(from: Double(log(highest)), to: Double(log(lowest)), count: count).map { exp($0) }
}

private func ramp(from start: Double, to end: Double, count: Int) -> [Double] {
  guard count > 1 else { return [start] }
  let part = 1 / Double(count - 1)
  return (0..<count).map { start + ($0 == count - 1 ? 1 : Double($0) * part) * (end - start) }
}
