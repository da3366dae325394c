public import Tensors

/// What is added to a matrix without touching it: `diag(factors) · W + up · down`.
public struct LowRank: Sendable {
  /// `[rank, inputs]`.
  let down: StoredTensor
  /// `[outputs, rank]`.
  let up: StoredTensor
  /// What the matrix itself is multiplied by, one for each output; nil where that is 1.
  let factors: [Float]?

  /// - Parameters:
  ///   - down: `[rank, inputs]`.
  ///   - up: `[outputs, rank]`, with all scales in it.
  ///   - factors: One for each output, or nil.
  public init(down: StoredTensor, up: StoredTensor, factors: [Float]? = nil) {
    precondition(
      down.shape.rank == 2 && up.shape.rank == 2 && down.shape[0] == up.shape[1],
      "\(up.shape) times \(down.shape)")
    precondition(
      factors.map { $0.count == up.shape[0] } ?? true, "one factor for each of \(up.shape)")
    self.down = down
    self.up = up
    self.factors = factors
  }

  var rank: Int { down.shape[0] }
}
