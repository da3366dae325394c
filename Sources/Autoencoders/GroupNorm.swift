import Checkpoints
import Kernels
import Tensors

/// GroupNorm with epsilon 1e-6 over `[height, width, channels]`.
struct GroupNorm: Sendable {
  private let device: any Device
  private let groups: Int
  private let weight: Vector
  private let bias: Vector

  init(_ weights: Weights, groups: Int, channels: Int) throws(CheckpointError) {
    device = weights.device
    self.groups = groups
    weight = try weights.vector("weight", count: channels)
    bias = try weights.vector("bias", count: channels)
  }

  func callAsFunction(_ x: borrowing Tensor, activation: Activation = .identity) -> Tensor {
    device.groupNorm(
      x, groups: groups, weight: weight, bias: bias, epsilon: 1e-6, activation: activation)
  }

  /// In the memory of `x`.
  func callAsFunction(overwriting x: consuming Tensor, activation: Activation) -> Tensor {
    device.groupNorm(
      inPlace: &x, groups: groups, weight: weight, bias: bias, epsilon: 1e-6,
      activation: activation)
    return x
  }
}
