/// How one number is stored in a file or in memory.
public enum NumberFormat: String, Sendable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"

  public var bytes: Int { self == .float32 ? 4 : 2 }

  /// The name people use: `fp32`, `fp16`, `bf16`.
  public var name: String {
    switch self {
    case .float32: "fp32"
    case .float16: "fp16"
    case .bfloat16: "bf16"
    }
  }
}

/// A read-only tensor in the format it was saved in, usually inside a mapped file.
///
/// A value that shares immutable memory: copying it copies no weights.
public struct StoredTensor: @unchecked Sendable {
  /// Full name in its checkpoint, for messages.
  public private(set) var name: String
  public private(set) var shape: Shape
  public let format: NumberFormat
  /// What each column's numbers count times where they are packed, see ``timesColumns(_:)``.
  package private(set) var columnFactors: [Float]?
  /// First byte; may be unaligned for the format.
  package private(set) var bytes: UnsafeRawPointer
  /// Keeps the memory alive.
  private let owner: any AnyObject & Sendable

  /// - Parameters:
  ///   - bytes: At least `shape.count * format.bytes` readable bytes for as long as `owner` lives.
  package init(
    name: String, shape: Shape, format: NumberFormat, bytes: UnsafeRawPointer,
    owner: any AnyObject & Sendable
  ) {
    self.name = name
    self.shape = shape
    self.format = format
    self.bytes = bytes
    self.owner = owner
  }

  /// A tensor that owns its numbers, for tests, benchmarks and weights made in memory.
  public init(name: String, shape: Shape, values: [Float]) {
    precondition(values.count == shape.count, "\(values.count) values for the shape \(shape)")
    let memory = OwnedFloats(values)
    self.init(
      name: name, shape: shape, format: .float32, bytes: UnsafeRawPointer(memory.base),
      owner: memory)
  }

  /// The same bytes under another shape of equal count.
  public func reshaped(_ newShape: Shape) -> StoredTensor {
    precondition(newShape.count == shape.count, "\(shape) cannot become \(newShape)")
    precondition(columnFactors == nil || newShape == shape, "\(name): its columns have factors")
    var other = self
    other.shape = newShape
    return other
  }

  /// The same numbers under another name.
  public func named(_ newName: String) -> StoredTensor {
    var other = self
    other.name = newName
    return other
  }

  /// Some of the rows, which are indices of the first dimension.
  public func rows(_ rows: Range<Int>) -> StoredTensor {
    precondition(rows.upperBound <= shape[0], "\(shape) has no rows \(rows)")
    let rowBytes = shape[0] == 0 ? 0 : byteCount / shape[0]
    var some = self
    some.shape = Shape([rows.count] + shape.dimensions.dropFirst())
    some.bytes += rows.lowerBound * rowBytes
    return some
  }

  /// The same matrix, whose columns count times these factors where it is packed as 8-bit integers.
  ///
  /// Nothing else takes such a matrix.
  package func timesColumns(_ factors: [Float]) -> StoredTensor {
    precondition(shape.rank == 2 && factors.count == shape[1], "\(factors.count) for \(shape)")
    var other = self
    other.columnFactors = factors
    return other
  }

  /// Gives the numbers' memory back where it can be read from a file again; they stay usable.
  package func letGo() {
    (owner as? any RereadableMemory)?.letGo(UnsafeRawBufferPointer(start: bytes, count: byteCount))
  }

  /// Lets what is in a file be read ahead, for use soon after.
  package func prefetch() {
    (owner as? any RereadableMemory)?.prefetch(
      UnsafeRawBufferPointer(start: bytes, count: byteCount))
  }

  public var byteCount: Int { shape.count * format.bytes }
}

/// Memory whose pages come from a file whenever they are touched.
package protocol RereadableMemory: AnyObject {
  /// Frees the pages of some of its bytes until they are touched again.
  func letGo(_ bytes: UnsafeRawBufferPointer)
  /// Begins to read some of its bytes and returns at once.
  func prefetch(_ bytes: UnsafeRawBufferPointer)
}

private final class OwnedFloats: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>

  init(_ values: [Float]) {
    base = .allocate(capacity: max(1, values.count))
    for (i, value) in values.enumerated() { base[i] = value }
  }

  deinit { base.deallocate() }
}
