import CKernels
public import Tensors

/// Rows in the form in which some matrices take them, so that several may meet what was rounded once.
///
/// A device makes them for a ``Matrix``; others that its device keeps in the same format take them too.
public struct MatrixInput: ~Copyable, Sendable {
  enum Rows: ~Copyable, Sendable {
    case floats(Tensor)
    case narrow(NarrowRows)
  }

  let rows: Rows

  init(_ rows: consuming Rows) { self.rows = rows }

  /// How many rows there are.
  public var count: Int {
    switch rows {
    case .floats(let tensor): tensor.shape[0]
    case .narrow(let narrow): narrow.count
    }
  }

  /// The rows, which must not have been rounded.
  ///
  /// - Parameter body: Is given `[count, columns]`.
  public func withFloats<Result: ~Copyable>(_ body: (borrowing Tensor) -> Result) -> Result {
    switch rows {
    case .floats(let tensor): body(tensor)
    case .narrow: preconditionFailure("rows made for a narrow format")
    }
  }
}

/// What a matrix wants its rows in.
public struct InputFormat: Sendable, Equatable {
  let kernel: px_format

  /// As they are.
  public static let floats = InputFormat(kernel: PX_FLOAT32)
}
