import COpenBLAS
package import Tensors

/// OpenBLAS's product, which ours are checked against and timed beside.
///
/// Models do not use it: ours are as fast, take weights in any stored format, finish sums while they
/// are in registers, and do not depend on how an OpenBLAS build treats a processor it is too old for.
package enum OpenBLAS {
  /// `x · wᵀ` with `threads` threads.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - w: `[outputs, inputs]`.
  /// - Returns: `[rows, outputs]`.
  package static func product(_ x: borrowing Tensor, _ w: borrowing Tensor, threads: Int) -> Tensor
  {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], w.shape[0])
    precondition(w.shape[1] == inputs, "\(x.shape) times \(w.shape) transposed")
    openblas_set_num_threads(Int32(threads))
    let y = Tensor([rows, outputs])
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs), 1,
      x.pointer, Int32(inputs), w.pointer, Int32(inputs), 0, y.mutablePointer, Int32(outputs))
    return y
  }
}
