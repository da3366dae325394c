import Foundation
package import Kernels
import Tensors

/// T5's matrices for 8-bit integers.
///
/// A row of activations has one scale, so a channel that is large in every row leaves the others
/// few bits. Where training made such a channel, the weights that it meets are small. What is too large
/// of the one and too small of the other is moved from the norm before into the matrices behind it:
/// nothing changes but what is rounded away (SmoothQuant's idea, arXiv 2211.10438, section 4, from
/// the weights alone). Factors are powers of two, which round nothing themselves.
extension Checkpoint {
  /// Norms, and the matrices of the same block that meet what comes out of them.
  private static let readers: [(norm: String, matrices: [String])] = [
    ("layer.0.layer_norm", ["q", "k", "v"].map { "layer.0.SelfAttention.\($0)" }),
    ("layer.1.layer_norm", ["wi_0", "wi_1"].map { "layer.1.DenseReluDense.\($0)" }),
  ]

  /// Rows of a matrix that are looked at: some runs of some rows.
  private static let (runs, runRows) = (4, 8)
  /// The largest factor, and the smallest's inverse, as powers of two.
  private static let most: Float = 10

  /// The same weights for a device with columns of about equal size where it takes 8-bit integers.
  ///
  /// Looks at a small part of the weights, always the same.
  package func withEvenColumns(for device: any Device) -> Checkpoint {
    guard device.precision == .int8 else { return self }
    var changed = self
    var block = 0
    while contains("encoder.block.\(block).layer.0.layer_norm.weight") {
      for (norm, matrices) in Self.readers {
        changed.even(
          "encoder.block.\(block)." + norm, matrices.map { "encoder.block.\(block)." + $0 })
      }
      block += 1
    }
    return changed
  }

  private mutating func even(_ norm: String, _ matrices: [String]) {
    guard let gains = self["\(norm).weight"], gains.shape.rank == 1 else { return }
    let stored = matrices.compactMap { self["\($0).weight"] }
    guard stored.count == matrices.count,
      stored.allSatisfy({
        $0.shape.rank == 2 && $0.shape[1] == gains.shape.count
          && Precision.int8.format(of: $0) == .int8
      })
    else { return }
    let factors = Self.factors(columnSums(stored))
    guard factors.contains(where: { $0 != 1 }) else { return }
    set(
      StoredTensor(
        name: gains.name, shape: gains.shape, values: zip(gains.widened(), factors).map { $0 / $1 })
    )
    for matrix in stored { set(matrix.timesColumns(factors)) }
  }

  /// Sums of the squares of each column, of some rows.
  private func columnSums(_ matrices: [StoredTensor]) -> [Float] {
    let columns = matrices[0].shape[1]
    var sums = [Float](repeating: 0, count: columns)
    let row = Tensor([columns])
    for matrix in matrices {
      let count = min(Self.runRows, matrix.shape[0])
      for run in 0..<Self.runs {
        let first = (matrix.shape[0] - count) * run / (Self.runs - 1)
        for index in first..<first + count {
          matrix.widen(from: index * columns, count: columns, into: row.mutablePointer)
          sums.withUnsafeMutableBufferPointer { sums in
            let weights = UnsafeBufferPointer(start: row.pointer, count: columns)
            for column in 0..<columns { sums[column] += weights[column] * weights[column] }
          }
        }
      }
    }
    return sums
  }

  /// Powers of two that bring columns near the middle one; 1 for those without numbers.
  private static func factors(_ sums: [Float]) -> [Float] {
    let known = sums.filter { $0 > 0 && $0.isFinite }.sorted()
    guard !known.isEmpty else { return sums.map { _ in 1 } }
    let middle = known[known.count / 2]
    return sums.map { sum in
      guard sum > 0, sum.isFinite else { return 1 }
      return exp2(max(-most, min(most, (log2(middle / sum) / 2).rounded())))
    }
  }
}
