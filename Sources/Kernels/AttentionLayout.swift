import Tensors

/// Which queries look at which keys.
public struct AttentionLayout: Sendable {
  /// Rows of queries that attend to rows of keys; both are counted over the whole batch.
  public struct Segment: Sendable {
    public let queries: Range<Int>
    public let keys: Range<Int>

    public init(queries: Range<Int>, keys: Range<Int>) {
      self.queries = queries
      self.keys = keys
    }
  }

  public let heads: Int
  /// Factor of the scores, usually `1 / √dim`.
  public let scale: Float
  public let segments: [Segment]
  /// Added to the scores by head and distance, for sequences of at most `reach` tokens.
  public let relativeBias: RelativeBias?

  public init(heads: Int, scale: Float, segments: [Segment], relativeBias: RelativeBias? = nil) {
    self.heads = heads
    self.scale = scale
    self.segments = segments
    self.relativeBias = relativeBias
  }
}

/// A score bias that depends on head and distance alone: `[heads, 2 · reach - 1]` numbers.
public struct RelativeBias: Sendable {
  /// Longest sequence it serves.
  public let reach: Int
  let values: Vector

  /// - Parameter values: For each head, the bias at `query - key = -(reach - 1) ... reach - 1`.
  public init(reach: Int, values: [Float]) {
    precondition(reach > 0 && values.count % (2 * reach - 1) == 0)
    self.reach = reach
    self.values = Vector(values, name: "relative bias")
  }

  /// Where distance 0 of a head lies.
  func center(head: Int) -> UnsafePointer<Float> {
    values.pointer + head * (2 * reach - 1) + reach - 1
  }
}
