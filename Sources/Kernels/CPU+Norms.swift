import CKernels
public import Tensors

extension CPU {
  public func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> Tensor {
    normalized(x, layerNormKernel(x.shape[1], epsilon, modulation, shift: shift, scale: scale))
  }

  public func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int,
    as format: InputFormat
  ) -> MatrixInput {
    normalized(
      x, layerNormKernel(x.shape[1], epsilon, modulation, shift: shift, scale: scale), as: format)
  }

  public func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float) -> Tensor {
    normalized(x, rmsNormKernel(x.shape[1], epsilon, weight))
  }

  public func rmsNorm(
    _ x: borrowing Tensor, weight: Vector, epsilon: Float, as format: InputFormat
  ) -> MatrixInput {
    normalized(x, rmsNormKernel(x.shape[1], epsilon, weight), as: format)
  }

  /// Normalises that many rows, from the first place to the second.
  private typealias RowKernel = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void

  /// - Parameter modulation: Must live for as long as the kernel is in use.
  private func layerNormKernel(
    _ channels: Int, _ epsilon: Float, _ modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> RowKernel {
    precondition(modulation.shape[1] == channels, "\(modulation.shape) for \(channels) channels")
    precondition(max(shift, scale) < modulation.shape[0], "no such row in \(modulation.shape)")
    let shiftRow = modulation.pointer + shift * channels
    let scaleRow = modulation.pointer + scale * channels
    return { px_layer_norm($0, scaleRow, shiftRow, $1, $2, channels, epsilon) }
  }

  private func rmsNormKernel(_ channels: Int, _ epsilon: Float, _ weight: Vector) -> RowKernel {
    precondition(weight.count == channels, "[\(weight.count)] weights for \(channels) channels")
    return { px_rms_norm($0, weight.pointer, $1, $2, channels, epsilon) }
  }

  private func normalized(_ x: borrowing Tensor, _ kernel: RowKernel) -> Tensor {
    let (rows, channels) = (x.shape[0], x.shape[1])
    let y = Tensor([rows, channels])
    let (source, target) = (x.pointer, y.mutablePointer)
    parallel(rows, grain: 16) { part in
      let offset = part.lowerBound * channels
      kernel(source + offset, target + offset, part.count)
    }
    return y
  }

  /// Rows are rounded a few at a time, while they are in the first-level cache.
  private func normalized(_ x: borrowing Tensor, _ kernel: RowKernel, as format: InputFormat)
    -> MatrixInput
  {
    guard format != .floats else { return MatrixInput(.floats(normalized(x, kernel))) }
    let (channels, atOnce) = (x.shape[1], 4)
    let source = x.pointer
    let rows = NarrowRows(count: x.shape[0], columns: channels, format: format.kernel)
    rows.forParts(on: threads) { part in
      let scratch = Tensor([atOnce, channels])
      for first in stride(from: part.lowerBound, to: part.upperBound, by: atOnce) {
        let some = first..<min(first + atOnce, part.upperBound)
        kernel(source + first * channels, scratch.mutablePointer, some.count)
        rows.set(some, to: scratch.pointer)
      }
    }
    return MatrixInput(.narrow(rows))
  }
}
