import CKernels
import Tensors

/// Rows of activations in the format of the weights that they meet.
struct NarrowRows: ~Copyable, Sendable {
  let count: Int
  let columns: Int
  let format: px_format
  /// Numbers of a row, those that fill it up included.
  private let stride: Int
  /// `[rows, words]`; a word of 32 bits is as large as a `Float`.
  private let numbers: Tensor
  /// One for each row; only for 8-bit integers.
  private let scales: Tensor

  /// 32-bit words that a row takes.
  static func words(_ count: Int, _ format: px_format) -> Int {
    format == PX_INT8 ? (count + 3) / 4 : (count + 1) / 2
  }

  /// Rows that are yet to be set.
  ///
  /// - Parameter format: bfloat16 or 8-bit integers.
  init(count: Int, columns: Int, format: px_format) {
    let words = Self.words(columns, format)
    self.count = count
    self.columns = columns
    self.format = format
    stride = format == PX_INT8 ? 4 * words : 2 * words
    numbers = Tensor([count, words])
    scales = Tensor([count])
  }

  /// - Parameters:
  ///   - x: `[any, columns]`.
  ///   - format: bfloat16 or 8-bit integers.
  init(_ rows: Range<Int>, of x: borrowing Tensor, format: px_format, threads: ThreadPool) {
    self.init(count: rows.count, columns: x.shape[1], format: format)
    let columns = x.shape[1]
    let source = x.pointer + rows.lowerBound * columns
    forParts(on: threads) { set($0, to: source + $0.lowerBound * columns) }
  }

  /// Calls `body` on the pool's threads for ranges that cover all rows.
  func forParts(on threads: ThreadPool, _ body: (Range<Int>) -> Void) {
    let pieces = max(1, min(4 * threads.width, count / 16))
    threads.parallel(pieces) { piece in
      body(count * piece / pieces..<count * (piece + 1) / pieces)
    }
  }

  /// - Parameter source: `[rows.count, columns]`.
  func set(_ rows: Range<Int>, to source: UnsafePointer<Float>) {
    let place = UnsafeMutableRawPointer(
      numbers.mutablePointer + rows.lowerBound * numbers.shape[1])
    if format == PX_INT8 {
      px_quantise_rows(
        source, columns, place.assumingMemoryBound(to: UInt8.self), stride,
        scales.mutablePointer + rows.lowerBound, rows.count, columns)
    } else {
      px_narrow_rows(
        source, columns, place.assumingMemoryBound(to: UInt16.self), stride, rows.count, columns)
    }
  }

  /// A product with them; what remains to be said is of the weights and the outputs.
  var product: px_product {
    var product = px_product()
    product.format = format
    product.input = UnsafeRawPointer(numbers.pointer)
    product.input_stride = stride
    product.input_scales = scales.pointer
    return product
  }
}
