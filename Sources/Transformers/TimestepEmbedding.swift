import Checkpoints
import Foundation
import Kernels
import Tensors

/// A number as 256 cosines and sines, then Linear, SiLU, Linear.
///
/// `Timesteps(256, flip_sin_to_cos=True, downscale_freq_shift=0)` and `TimestepEmbedding` in
/// diffusers; used for the timestep and for α's resolution and aspect ratio.
struct TimestepEmbedding: Sendable {
  private let linear1: Linear
  private let linear2: Linear

  init(_ weights: Weights, width: Int) throws(CheckpointError) {
    linear1 = try weights.linear("linear_1", inputs: Self.frequencies.count * 2, outputs: width)
    linear2 = try weights.linear("linear_2", inputs: width, outputs: width)
  }

  /// - Returns: `[1, width]`.
  func callAsFunction(_ value: Float) -> Tensor {
    let features = Tensor([1, 2 * Self.frequencies.count], values: Self.sinusoid(value))
    return linear2(linear1(features, activation: .silu))
  }

  /// Cosines of `value · frequency`, then sines; everything in float32, as torch computes it.
  static func sinusoid(_ value: Float) -> [Float] {
    let angles = frequencies.map { value * $0 }
    return angles.map { cos($0) } + angles.map { sin($0) }
  }

  /// e^(-ln(10000) i / 128) in torch's float32.
  ///
  /// At large timesteps a last bit matters, and torch's vectorised exponential rounds two of the
  /// entries away from the nearest number.
  static let frequencies: [Float] = {
    var table = (0..<128).map { index in
      Float(exp(Double(Float(-log(10000.0)) * Float(index) / 128)))
    }
    table[12] = Float(bitPattern: 0x3ed7_e89b)
    table[106] = Float(bitPattern: 0x39ff_4fad)
    return table
  }()
}
