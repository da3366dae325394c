import Checkpoints
import Kernels
import Tensors

/// One head of self-attention over all pixels, added to the input.
struct PixelAttention: Sendable {
  private let norm: GroupNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let output: Linear
  private let channels: Int
  private let device: any Device

  init(_ weights: Weights, channels: Int, groups: Int) throws(CheckpointError) {
    // Names before diffusers 0.18.
    let isLegacy = !weights.contains("to_q.weight") && weights.contains("query.weight")
    func linear(_ name: String, legacy: String) throws(CheckpointError) -> Linear {
      try weights.linear(isLegacy ? legacy : name, inputs: channels, outputs: channels)
    }
    norm = try GroupNorm(weights["group_norm"], groups: groups, channels: channels)
    query = try linear("to_q", legacy: "query")
    key = try linear("to_k", legacy: "key")
    value = try linear("to_v", legacy: "value")
    output = try linear("to_out.0", legacy: "proj_attn")
    self.channels = channels
    device = weights.device
  }

  func work(pixels: Int) -> Double {
    Double(pixels) * Double(2 * channels) * Double(2 * channels + pixels)
  }

  /// - Parameter x: `[height, width, channels]`.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    let shape = x.shape
    let pixels = shape[0] * shape[1]
    let normed = norm(x).reshaped([pixels, channels])
    var sum = x.reshaped([pixels, channels])
    let layout = AttentionLayout(
      heads: 1, scale: 1 / Float(channels).squareRoot(),
      segments: [.init(queries: 0..<pixels, keys: 0..<pixels)])
    let mixed = device.attention(
      queries: query(normed), keys: key(normed), values: value(normed), layout: layout)
    output(mixed, addingTo: &sum)
    try meter.add(work(pixels: pixels))
    return sum.reshaped(shape)
  }
}
