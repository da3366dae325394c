import CKernels
public import Tensors

extension CPU {
  public func add(_ y: borrowing Tensor, to x: inout Tensor) {
    precondition(x.count == y.count, "\(x.shape) += \(y.shape)")
    let (target, source) = (x.mutablePointer, y.pointer)
    parallel(x.count, grain: 1 << 15) { part in
      px_add(target + part.lowerBound, source + part.lowerBound, part.count)
    }
  }

  public func add(_ vector: Vector, to x: inout Tensor, rows: Range<Int>) {
    let columns = x.shape[x.shape.rank - 1]
    precondition(
      vector.count == columns && rows.lowerBound >= 0 && rows.upperBound * columns <= x.count,
      "rows \(rows) of \(x.shape) += [\(vector.count)]")
    let target = x.mutablePointer + rows.lowerBound * columns
    parallel(rows.count, grain: 64) { part in
      px_bias_activation(
        target + part.lowerBound * columns, columns, vector.pointer, part.count, columns,
        PX_IDENTITY)
    }
  }

  public func multiply(_ x: inout Tensor, by y: borrowing Tensor) {
    precondition(x.count == y.count, "\(x.shape) *= \(y.shape)")
    let (target, source) = (x.mutablePointer, y.pointer)
    parallel(x.count, grain: 1 << 15) { part in
      px_multiply(target + part.lowerBound, source + part.lowerBound, part.count)
    }
  }

  public func activate(_ x: inout Tensor, _ activation: Activation) {
    let target = x.mutablePointer
    parallel(x.count, grain: 1 << 14) { part in
      px_bias_activation(
        target + part.lowerBound, part.count, nil, 1, part.count, activation.kernel)
    }
  }
}

extension Activation {
  var kernel: px_activation {
    switch self {
    case .identity: PX_IDENTITY
    case .geluTanh: PX_GELU_TANH
    case .silu: PX_SILU
    case .relu: PX_RELU
    }
  }
}
