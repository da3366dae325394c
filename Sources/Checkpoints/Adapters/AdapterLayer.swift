public import Tensors

/// What an adapter adds to one layer of a model: `factor · up · down`.
public struct AdapterLayer: Sendable {
  /// `[rank, inputs]`; a convolution's kernel is part of its inputs.
  public let down: StoredTensor
  /// `[outputs, rank]`.
  public let up: StoredTensor
  /// alpha / rank, or alpha / √rank.
  public let factor: Float
  /// How long the rows of the adapted matrix are, `[outputs]`; only of DoRA.
  public let magnitude: StoredTensor?

  public var rank: Int { down.shape[0] }

  /// - Parameters:
  ///   - down: `[rank, inputs]`.
  ///   - up: `[outputs, rank]`.
  ///   - magnitude: `[outputs]`.
  public init(
    down: StoredTensor, up: StoredTensor, factor: Float, magnitude: StoredTensor? = nil
  ) {
    self.down = down
    self.up = up
    self.factor = factor
    self.magnitude = magnitude
  }
}
