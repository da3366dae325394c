import CKernels
import Tensors

/// Rows of activations in the format of the weights that they meet.
struct NarrowRows: ~Copyable {
  /// Numbers of a row, those that fill it up included.
  let stride: Int
  private let format: px_format
  /// `[rows, words]`; a word of 32 bits is as large as a `Float`.
  private let numbers: Tensor
  /// One for each row; only for 8-bit integers.
  private let scales: Tensor

  /// 32-bit words that a row takes.
  static func words(_ count: Int, _ format: px_format) -> Int {
    format == PX_INT8 ? (count + 3) / 4 : (count + 1) / 2
  }

  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - format: bfloat16 or 8-bit integers.
  init(_ x: borrowing Tensor, format: px_format, threads: ThreadPool) {
    let (rows, inputs) = (x.shape[0], x.shape[1])
    let words = Self.words(inputs, format)
    self.format = format
    stride = format == PX_INT8 ? 4 * words : 2 * words
    numbers = Tensor([rows, words])
    scales = Tensor([rows])
    let (source, target, factors) = (x.pointer, numbers.mutablePointer, scales.mutablePointer)
    let pieces = max(1, min(4 * threads.width, rows / 16))
    threads.parallel(pieces) { piece in
      let (row, end) = (rows * piece / pieces, rows * (piece + 1) / pieces)
      let place = UnsafeMutableRawPointer(target + row * words)
      if format == PX_INT8 {
        px_quantise_rows(
          source + row * inputs, inputs, place.assumingMemoryBound(to: UInt8.self), 4 * words,
          factors + row, end - row, inputs)
      } else {
        px_narrow_rows(
          source + row * inputs, inputs, place.assumingMemoryBound(to: UInt16.self), 2 * words,
          end - row, inputs)
      }
    }
  }

  /// A product with them; what remains to be said is of the weights and the outputs.
  func product(bias: UnsafePointer<Float>?, gate: UnsafePointer<Float>?) -> px_product {
    var product = px_product()
    product.format = format
    product.input = UnsafeRawPointer(numbers.pointer)
    product.input_stride = stride
    product.input_scales = scales.pointer
    product.bias = bias
    product.gate = gate
    return product
  }
}
