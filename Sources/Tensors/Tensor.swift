/// A dense, row-major block of `Float` activations with exactly one owner.
///
/// Move-only on purpose: handing a tensor on costs nothing, and a copy has to be written out.
/// Memory is 64-byte aligned and comes from ``TensorPool``, which takes it back at the end of
/// the tensor's life; a loop over equal shapes therefore allocates only in its first round.
public struct Tensor: ~Copyable, @unchecked Sendable {
  public let shape: Shape
  private let base: UnsafeMutablePointer<Float>

  /// Values are whatever the memory held before.
  public init(_ shape: Shape) {
    self.shape = shape
    base = TensorPool.shared.take(count: shape.count)
  }

  public init(zeros shape: Shape) {
    self.init(shape)
    base.update(repeating: 0, count: shape.count)
  }

  public init(_ shape: Shape, values: [Float]) {
    precondition(values.count == shape.count, "\(values.count) values for the shape \(shape)")
    self.init(shape)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: source.count) }
    }
  }

  private init(adopting base: UnsafeMutablePointer<Float>, shape: Shape) {
    self.base = base
    self.shape = shape
  }

  deinit { TensorPool.shared.giveBack(base, count: shape.count) }

  public var count: Int { shape.count }

  /// A copy of all elements, row by row.
  public var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  public func copy() -> Tensor {
    let other = Tensor(shape)
    other.base.update(from: base, count: count)
    return other
  }

  /// Some of the rows, that is of the outermost dimension.
  public func copy(rows: Range<Int>) -> Tensor {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows \(rows) of \(shape)")
    let width = count / max(1, shape[0])
    let other = Tensor(Shape([rows.count] + shape.dimensions.dropFirst()))
    other.base.update(from: base + rows.lowerBound * width, count: rows.count * width)
    return other
  }

  /// Replaces rows from `first` on by those of `other`.
  public mutating func replaceRows(from first: Int, by other: borrowing Tensor) {
    precondition(
      first >= 0 && first + other.shape[0] <= shape[0]
        && other.shape.dimensions.dropFirst() == shape.dimensions.dropFirst(),
      "\(other.shape) at row \(first) of \(shape)")
    (base + first * (count / max(1, shape[0]))).update(from: other.base, count: other.count)
  }

  /// The same memory under another shape of equal count.
  public consuming func reshaped(_ newShape: Shape) -> Tensor {
    precondition(newShape.count == shape.count, "\(shape) cannot become \(newShape)")
    let memory = base
    discard self
    return Tensor(adopting: memory, shape: newShape)
  }

  /// For `Kernels`, which checks shapes before it goes below them.
  package var pointer: UnsafePointer<Float> { UnsafePointer(base) }
  package var mutablePointer: UnsafeMutablePointer<Float> { base }
}
