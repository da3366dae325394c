import CKernels
import COpenBLAS
import Tensors

/// A matrix that stays in its stored format and place; 16-bit weights are widened tile by tile.
///
/// Work is cut into tiles of outputs and rows. Each tile is one `sgemm` on one thread followed at
/// once by its epilogue, while the tile's results are still in the cache.
struct StoredMatrix: Matrix {
  private let stored: StoredTensor
  private let threads: ThreadPool

  var outputs: Int { stored.shape[0] }
  var inputs: Int { stored.shape[1] }

  /// - Parameter stored: `[outputs, inputs]`.
  init(_ stored: StoredTensor, threads: ThreadPool) {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    self.stored = stored
    self.threads = threads
  }

  func multiply(_ x: borrowing Tensor, bias: Vector?, activation: Activation) -> Tensor {
    let y = Tensor([x.shape[0], outputs])
    let (target, width) = (y.mutablePointer, outputs)
    forEachTile(of: x) { tile, product in
      let corner = target + tile.rows.lowerBound * width + tile.columns.lowerBound
      product(corner, width)
      px_bias_activation(
        corner, width, bias.map { $0.pointer + tile.columns.lowerBound }, tile.rows.count,
        tile.columns.count, activation.kernel)
    }
    return y
  }

  func multiply(_ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor) {
    accumulate(x, bias: bias, into: &sum, gate: nil)
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int
  ) {
    precondition(gate.shape[1] == outputs && row < gate.shape[0], "no gate \(row) in \(gate.shape)")
    accumulate(x, bias: bias, into: &sum, gate: gate.pointer + row * outputs)
  }

  private func accumulate(
    _ x: borrowing Tensor, bias: Vector?, into sum: inout Tensor, gate: UnsafePointer<Float>?
  ) {
    let (target, width) = (sum.mutablePointer, outputs)
    precondition(sum.shape[1] == width && sum.shape[0] == x.shape[0], "\(sum.shape) += \(x.shape)")
    forEachTile(of: x) { tile, product in
      let scratch = Tensor([tile.rows.count, tile.columns.count])
      product(scratch.mutablePointer, tile.columns.count)
      let first = tile.columns.lowerBound
      px_add_gated(
        target + tile.rows.lowerBound * width + first, width, scratch.pointer, tile.columns.count,
        bias.map { $0.pointer + first }, gate.map { $0 + first }, tile.rows.count,
        tile.columns.count)
    }
  }

  private struct Tile {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Calls `body` for every tile with a function that writes the tile's product to memory with
  /// the given row stride.
  private func forEachTile(
    of x: borrowing Tensor, _ body: (Tile, (UnsafeMutablePointer<Float>, Int) -> Void) -> Void
  ) {
    let (rows, inputs, outputs) = (x.shape[0], self.inputs, self.outputs)
    precondition(x.shape[1] == inputs, "'\(stored.name)' takes [_, \(inputs)], got \(x.shape)")
    let source = x.pointer
    let rowTiles = Self.cuts(rows, length: 512)
    let columnTiles = Self.cuts(outputs, length: stored.format == .float32 ? 576 : 192)
    threads.parallel(rowTiles * columnTiles) { index in
      let (column, row) = (index / rowTiles, index % rowTiles)
      let tile = Tile(
        rows: rows * row / rowTiles..<rows * (row + 1) / rowTiles,
        columns: outputs * column / columnTiles..<outputs * (column + 1) / columnTiles)
      withWeights(tile.columns) { weights in
        body(tile) { target, stride in
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(tile.rows.count),
            Int32(tile.columns.count), Int32(inputs), 1, source + tile.rows.lowerBound * inputs,
            Int32(inputs), weights, Int32(inputs), 0, target, Int32(stride))
        }
      }
    }
  }

  /// How many pieces of at most `length` cover `extent`.
  private static func cuts(_ extent: Int, length: Int) -> Int {
    max(1, (extent + length - 1) / length)
  }

  /// The weights of some outputs as `Float`: in place if they lie so, else widened.
  private func withWeights(_ outputs: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    let start = outputs.lowerBound * inputs
    if stored.format == .float32, Int(bitPattern: stored.bytes) % 4 == 0 {
      body(stored.bytes.assumingMemoryBound(to: Float.self) + start)
      return
    }
    let wide = Tensor([outputs.count, inputs])
    stored.widen(from: start, count: outputs.count * inputs, into: wide.mutablePointer)
    body(wide.pointer)
  }
}
