import CKernels
import Tensors

/// Bytes that a device packed: in memory, or in a file that is mapped.
///
/// Only the device knows what they mean. The first byte lies at a multiple of 64.
public struct PackedBytes: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  /// Keeps the memory alive.
  private let owner: any AnyObject & Sendable

  /// - Parameter bytes: Readable for as long as `owner` lives.
  package init(_ bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    self.bytes = bytes
    self.owner = owner
  }
}

/// A matrix in bfloat16 or 8-bit integers as the kernels take it.
///
/// One block of bytes: panels of 32-bit words, see `px_pack_bfloat16` and `px_pack_int8`; then, for
/// 8-bit integers only, a scale for each output of the panels and, as 32-bit integers, what their
/// sums begin with.
struct PackedMatrix: Sendable {
  /// Of this layout; another number where the kernels take another one.
  static let layoutVersion = 1

  let name: String
  let outputs: Int
  let inputs: Int
  let format: px_format
  private let storage: PackedBytes

  /// Packs a matrix.
  ///
  /// - Parameters:
  ///   - stored: `[outputs, inputs]`, whose pages are let go afterwards.
  ///   - precision: bf16 or int8.
  ///   - storage: As many bytes as ``byteCount(of:_:)`` says, which are overwritten.
  init(
    packing stored: StoredTensor, precision: Precision, into storage: PackedBytes,
    threads: ThreadPool
  ) {
    self.init(stored, precision: precision, storage: storage)
    let (matrix, panel) = (self, Int(PX_PANEL))
    threads.parallel(Self.panels(outputs)) { index in
      let first = index * panel
      let place = UnsafeMutableRawPointer(mutating: matrix.weights(from: first))
      stored.pack(
        from: first, min(panel, matrix.outputs - first), matrix.format, into: place,
        scales: UnsafeMutablePointer(mutating: matrix.scales(from: first)),
        starts: UnsafeMutablePointer(mutating: matrix.starts(from: first)))
    }
    stored.letGo()
  }

  /// - Parameters:
  ///   - stored: What was packed; only its name and shape are looked at.
  ///   - storage: As many bytes as ``byteCount(of:_:)`` says.
  init(_ stored: StoredTensor, precision: Precision, storage: PackedBytes) {
    precondition(
      storage.bytes.count == Self.byteCount(of: stored, precision),
      "\(storage.bytes.count) bytes of '\(stored.name)' \(stored.shape) in \(precision)")
    name = stored.name
    outputs = stored.shape[0]
    inputs = stored.shape[1]
    format = precision.kernel
    self.storage = storage
  }

  /// - Parameter stored: `[outputs, inputs]`.
  static func byteCount(of stored: StoredTensor, _ precision: Precision) -> Int {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    precondition(precision != .fp32, "nothing narrow about \(precision)")
    let words = NarrowRows.words(stored.shape[1], precision.kernel)
    let corrections = precision == .int8 ? 2 : 0
    return panels(stored.shape[0]) * Int(PX_PANEL) * (words + corrections) * 4
  }

  static func panels(_ outputs: Int) -> Int { (outputs + Int(PX_PANEL) - 1) / Int(PX_PANEL) }

  /// - Parameter output: The first of a panel.
  func weights(from output: Int) -> UnsafeRawPointer {
    start + output * NarrowRows.words(inputs, format) * 4
  }

  /// One for each output; there are some for 8-bit integers only.
  func scales(from output: Int) -> UnsafePointer<Float> {
    (corrections + 4 * output).assumingMemoryBound(to: Float.self)
  }

  /// One for each output; there are some for 8-bit integers only.
  func starts(from output: Int) -> UnsafePointer<Int32> {
    (corrections + 4 * (Self.panels(outputs) * Int(PX_PANEL) + output))
      .assumingMemoryBound(to: Int32.self)
  }

  /// As bytes that a file can keep.
  var packedBytes: PackedBytes { storage }

  private var corrections: UnsafeRawPointer { weights(from: Self.panels(outputs) * Int(PX_PANEL)) }

  private var start: UnsafeRawPointer {
    guard let base = storage.bytes.baseAddress else {
      preconditionFailure("'\(name)' was packed into nothing")
    }
    return base
  }
}

extension StoredTensor {
  /// Packs the weights of some outputs, the first of them that of a panel.
  ///
  /// - Parameters:
  ///   - scales: Only for 8-bit integers, as are `starts`.
  func pack(
    from first: Int, _ count: Int, _ format: px_format, into place: UnsafeMutableRawPointer,
    scales: UnsafeMutablePointer<Float>, starts: UnsafeMutablePointer<Int32>
  ) {
    let inputs = shape[1]
    let source = bytes + first * inputs * self.format.bytes
    if let columnFactors {
      precondition(format == PX_INT8, "'\(name)' is for 8-bit integers alone")
      let scaled = Tensor([count, inputs])
      let numbers = scaled.mutablePointer
      widen(from: first * inputs, count: count * inputs, into: numbers)
      for row in 0..<count {
        let line = numbers + row * inputs
        for column in 0..<inputs { line[column] *= columnFactors[column] }
      }
      px_pack_int8(
        scaled.pointer, PX_FLOAT32, count, inputs, place.assumingMemoryBound(to: Int8.self), scales,
        starts)
    } else if format == PX_INT8 {
      px_pack_int8(
        source, self.format.kernel, count, inputs, place.assumingMemoryBound(to: Int8.self), scales,
        starts)
    } else {
      px_pack_bfloat16(
        source, self.format.kernel, count, inputs, place.assumingMemoryBound(to: UInt16.self))
    }
  }
}
