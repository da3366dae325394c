import CKernels
public import Tensors

extension CPU {
  public func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> Tensor {
    let (rows, channels) = (x.shape[0], x.shape[1])
    precondition(modulation.shape[1] == channels, "\(modulation.shape) modulates \(x.shape)")
    precondition(max(shift, scale) < modulation.shape[0], "no such row in \(modulation.shape)")
    let y = Tensor([rows, channels])
    let (source, target) = (x.pointer, y.mutablePointer)
    let shiftRow = modulation.pointer + shift * channels
    let scaleRow = modulation.pointer + scale * channels
    parallel(rows, grain: 16) { part in
      let offset = part.lowerBound * channels
      px_layer_norm(
        source + offset, scaleRow, shiftRow, target + offset, part.count, channels, epsilon)
    }
    return y
  }

  public func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float) -> Tensor {
    let (rows, channels) = (x.shape[0], x.shape[1])
    precondition(weight.count == channels, "[\(weight.count)] weights for \(x.shape)")
    let y = Tensor([rows, channels])
    let (source, target) = (x.pointer, y.mutablePointer)
    parallel(rows, grain: 16) { part in
      let offset = part.lowerBound * channels
      px_rms_norm(
        source + offset, weight.pointer, target + offset, part.count, channels, epsilon)
    }
    return y
  }
}
