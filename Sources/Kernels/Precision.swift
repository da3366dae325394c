import CKernels
package import Tensors

/// How precisely a device multiplies by a model's large matrices and filters.
///
/// A device keeps matrices in the format that this names, packed once when they are loaded. Sums and
/// everything between two products stay `Float`. Convolutions are no narrower than bfloat16.
public enum Precision: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Weights as they are stored, products in `Float`.
  case fp32
  /// Weights and the rows they meet rounded to bfloat16.
  case bf16
  /// Weights as 8-bit integers, each output with a scale of its own; the rows they meet likewise,
  /// each row with a scale found when it is met.
  case int8

  public var description: String { rawValue }

  /// What a matrix of a model is kept in.
  ///
  /// Few inputs or outputs save nothing. Every block depends on the embedded timestep and on the
  /// projected captions, whose matrices meet few rows, once a step or once a prompt: those stay as
  /// they are. Elsewhere outside a model's stack of blocks 8 bits are too few, and where T5's
  /// feed-forward ends: single neurons reach a hundred times what others do, and a row's scale is
  /// that of the largest.
  package func format(of stored: StoredTensor) -> Precision {
    guard stored.shape[0] >= 128, stored.shape[1] >= 128, !Self.conditions(stored) else {
      return .fp32
    }
    guard self == .int8 else { return self }
    let endsFeedForward = stored.name.contains("DenseReluDense.wo.")
    return Self.isInStack(stored) && !endsFeedForward ? .int8 : .bf16
  }

  /// Whether what a matrix makes goes into all blocks.
  private static func conditions(_ stored: StoredTensor) -> Bool {
    ["adaln_single.", "caption_projection."].contains { stored.name.hasPrefix($0) }
  }

  /// Whether a matrix belongs to one of a model's many equal blocks.
  static func isInStack(_ stored: StoredTensor) -> Bool {
    ["transformer_blocks.", "controlnet.", "encoder.block."].contains { stored.name.contains($0) }
  }

  var kernel: px_format {
    switch self {
    case .fp32: PX_FLOAT32
    case .bf16: PX_BFLOAT16
    case .int8: PX_INT8
    }
  }
}
