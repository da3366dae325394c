import Kernels
import Tensors

/// A device that leaves to another one what it does not do itself.
protocol ForwardingDevice: Device {
  var base: any Device { get }
}

extension ForwardingDevice {
  var name: String { base.name }
  var threadCount: Int { base.threadCount }
  var yieldsToOthers: Bool { base.yieldsToOthers }
  var precision: Precision { base.precision }
  var instructions: String { base.instructions }
  var usualPrecision: Precision { base.usualPrecision }

  func hasInstructions(for precision: Precision) -> Bool { base.hasInstructions(for: precision) }

  func vector(_ stored: StoredTensor) -> Vector { base.vector(stored) }

  func matrix(_ stored: StoredTensor) -> any Matrix { base.matrix(stored) }

  var packedLayout: String { base.packedLayout }

  func packedByteCount(of stored: StoredTensor) -> Int? { base.packedByteCount(of: stored) }

  func pack(_ stored: StoredTensor) -> PackedBytes { base.pack(stored) }

  func matrix(_ stored: StoredTensor, packed: PackedBytes) -> any Matrix {
    base.matrix(stored, packed: packed)
  }

  func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  { base.convolution(stored, bias: bias, geometry: geometry) }

  func rows(_ indices: [Int], of stored: StoredTensor) -> Tensor { base.rows(indices, of: stored) }

  func add(_ y: borrowing Tensor, to x: inout Tensor) { base.add(y, to: &x) }

  func add(_ vector: Vector, to x: inout Tensor, rows: Range<Int>) {
    base.add(vector, to: &x, rows: rows)
  }

  func multiply(_ x: inout Tensor, by y: borrowing Tensor) { base.multiply(&x, by: y) }

  func activate(_ x: inout Tensor, _ activation: Activation) { base.activate(&x, activation) }

  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> Tensor {
    base.layerNorm(x, epsilon: epsilon, modulation: modulation, shift: shift, scale: scale)
  }

  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int,
    as format: InputFormat
  ) -> MatrixInput {
    base.layerNorm(
      x, epsilon: epsilon, modulation: modulation, shift: shift, scale: scale, as: format)
  }

  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float) -> Tensor {
    base.rmsNorm(x, weight: weight, epsilon: epsilon)
  }

  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float, as format: InputFormat)
    -> MatrixInput
  { base.rmsNorm(x, weight: weight, epsilon: epsilon, as: format) }

  func groupNorm(
    _ x: borrowing Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) -> Tensor {
    base.groupNorm(
      x, groups: groups, weight: weight, bias: bias, epsilon: epsilon, activation: activation)
  }

  func groupNorm(
    inPlace x: inout Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) {
    base.groupNorm(
      inPlace: &x, groups: groups, weight: weight, bias: bias, epsilon: epsilon,
      activation: activation)
  }

  func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout
  ) -> Tensor {
    base.attention(queries: queries, keys: keys, values: values, layout: layout)
  }
}
