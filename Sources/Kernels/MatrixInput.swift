import CKernels
import Tensors

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
}

/// What a matrix wants its rows in.
public struct InputFormat: Sendable, Equatable {
  let kernel: px_format

  static let floats = InputFormat(kernel: PX_FLOAT32)
}
