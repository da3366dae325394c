import Tensors

/// What the network was trained to predict.
public enum PredictionType: String, Sendable, CaseIterable {
  /// The noise.
  case epsilon
  /// The clean latent.
  case sample
  /// α · noise − s · clean; Salimans and Ho, "Progressive Distillation".
  case velocity = "v_prediction"

  func clean(_ output: Latents, sample: Latents, at level: NoiseLevel) -> Latents {
    switch self {
    case .epsilon:
      weightedSum((1 / level.signal, sample), (-level.noise / level.signal, output))
    case .sample: output
    case .velocity: weightedSum((level.signal, sample), (-level.noise, output))
    }
  }

  func noise(_ output: Latents, sample: Latents, at level: NoiseLevel) -> Latents {
    switch self {
    case .epsilon: output
    case .sample:
      weightedSum((1 / level.noise, sample), (-level.signal / level.noise, output))
    case .velocity: weightedSum((level.noise, sample), (level.signal, output))
    }
  }
}
