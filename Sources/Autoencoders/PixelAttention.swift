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

  /// Pixels between two looks at the meter.
  private static let piece = 1024

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
    let keys = key(normed)
    let values = value(normed)
    var mixed = Tensor([pixels, channels])
    // The work grows with the square of the pixels, so the meter is looked at between pieces.
    for first in stride(from: 0, to: pixels, by: Self.piece) {
      let rows = first..<min(first + Self.piece, pixels)
      let layout = AttentionLayout(
        heads: 1, scale: 1 / Float(channels).squareRoot(),
        segments: [.init(queries: 0..<rows.count, keys: 0..<pixels)])
      let part = device.attention(
        queries: query(normed.copy(rows: rows)), keys: keys, values: values, layout: layout)
      mixed.replaceRows(from: first, by: part)
      try meter.add(work(pixels: pixels) * Double(rows.count) / Double(pixels))
    }
    output(mixed, addingTo: &sum)
    return sum.reshaped(shape)
  }
}
