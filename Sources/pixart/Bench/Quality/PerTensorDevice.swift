import Kernels
import Tensors

/// Rounds to 8 bits as OpenVINO's post-training quantisation does: all rows of a product share one
/// scale and offset, each output has a scale of its own.
///
/// What is rounded is multiplied in fp32, for comparing quality; matrices that `int8` leaves alone
/// are left alone here.
final class PerTensorDevice: ForwardingDevice {
  let base: any Device

  init(_ base: any Device) { self.base = base.with(.fp32, .packed) }

  func with(_ precision: Precision, _ storage: WeightStorage) -> any Device { self }

  func packedByteCount(of stored: StoredTensor) -> Int? { nil }

  func matrix(_ stored: StoredTensor) -> any Matrix {
    guard Precision.int8.format(of: stored) == .int8 else { return base.matrix(stored) }
    let inputs = stored.shape[1]
    var values = base.vector(stored.reshaped([stored.shape.count])).values
    values.withUnsafeMutableBufferPointer { values in
      for output in 0..<stored.shape[0] {
        Self.round(
          UnsafeMutableBufferPointer(rebasing: values[output * inputs..<(output + 1) * inputs]))
      }
    }
    return PerTensorMatrix(
      base: base.matrix(StoredTensor(name: stored.name, shape: stored.shape, values: values)))
  }

  /// To 255 steps on both sides of zero.
  private static func round(_ row: UnsafeMutableBufferPointer<Float>) {
    var largest: Float = 0
    for value in row { largest = max(largest, abs(value)) }
    guard largest > 0 else { return }
    let step = largest / 127
    for index in row.indices { row[index] = (row[index] / step).rounded(.toNearestOrEven) * step }
  }
}

/// Rounds what it multiplies to the 256 steps between the least and the largest number of all rows.
private struct PerTensorMatrix: Matrix {
  let base: any Matrix

  var outputs: Int { base.outputs }
  var inputs: Int { base.inputs }
  var inputFormat: InputFormat { .floats }

  private func rounded(_ x: borrowing Tensor) -> Tensor {
    var values = x.values
    values.withUnsafeMutableBufferPointer { values in
      var (least, most): (Float, Float) = (0, 0)
      for value in values { (least, most) = (min(least, value), max(most, value)) }
      guard most > least else { return }
      let step = (most - least) / 255
      // Zero is one of the steps.
      let zero = (-least / step).rounded(.toNearestOrEven)
      for index in values.indices {
        let number = (values[index] / step).rounded(.toNearestOrEven) + zero
        values[index] = (min(max(number, 0), 255) - zero) * step
      }
    }
    return Tensor(x.shape, values: values)
  }

  func multiply(
    _ x: borrowing Tensor, rows: Range<Int>, bias: Vector?, activation: Activation
  ) -> Tensor {
    base.multiply(rounded(x.copy(rows: rows)), bias: bias, activation: activation)
  }

  func multiply(_ x: borrowing MatrixInput, bias: Vector?, activation: Activation) -> Tensor {
    x.withFloats { multiply($0, bias: bias, activation: activation) }
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int
  ) {
    base.multiply(rounded(x), bias: bias, addingTo: &sum, gate: gate, row: row)
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, from row: Int
  ) {
    base.multiply(rounded(x), bias: bias, addingTo: &sum, from: row)
  }

  func adapted(by lowRank: LowRank) -> any Matrix {
    PerTensorMatrix(base: base.adapted(by: lowRank))
  }
}
