import CKernels
public import Tensors

extension CPU {
  public func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout
  ) -> Tensor {
    attention(
      queries: queries, keys: keys, values: values, layout: layout,
      precision: Self.attentionPrecision(precision))
  }

  /// What products of attention are computed in where those of matrices are in `precision`.
  package static func attentionPrecision(_ precision: Precision) -> Precision {
    // Without instructions for it, narrow products are slower than those of floats.
    InstructionSet.current >= .avx512bf16 ? precision : .fp32
  }

  /// - Parameter precision: Of products, but for those with a relative bias. Weights and values are
  ///   bfloat16 in int8, too.
  package func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout, precision: Precision
  ) -> Tensor {
    let width = queries.shape[1]
    precondition(width % layout.heads == 0, "\(layout.heads) heads do not divide \(queries.shape)")
    precondition(
      keys.shape == values.shape && keys.shape[1] == width,
      "queries \(queries.shape), keys \(keys.shape), values \(values.shape)")
    for segment in layout.segments {
      precondition(
        segment.queries.upperBound <= queries.shape[0] && segment.keys.upperBound <= keys.shape[0]
          && !segment.keys.isEmpty,
        "queries \(segment.queries) and keys \(segment.keys) of \(queries.shape), \(keys.shape)")
      if let bias = layout.relativeBias {
        precondition(
          max(segment.queries.count, segment.keys.count) <= bias.reach,
          "a bias of reach \(bias.reach) for \(segment.keys.count) tokens")
      }
    }
    let output = Tensor(queries.shape)
    let stop = Cancellation.current?.flag
    let segments = layout.segments.map { segment in
      var work = px_attention_head()
      work.queries = queries.pointer + segment.queries.lowerBound * width
      work.keys = keys.pointer + segment.keys.lowerBound * width
      work.values = values.pointer + segment.keys.lowerBound * width
      work.output = output.mutablePointer + segment.queries.lowerBound * width
      work.query_stride = width
      work.key_stride = width
      work.value_stride = width
      work.output_stride = width
      work.query_count = segment.queries.count
      work.key_count = segment.keys.count
      work.dim = width / layout.heads
      work.scale = layout.scale
      work.stop = stop
      work.format = precision.kernel
      return work
    }
    if precision != .fp32, layout.relativeBias == nil {
      attendNarrowly(segments, heads: layout.heads)
    } else {
      forTiles(of: segments, heads: layout.heads) { work, _, head, first, count, scratch in
        work.relative = layout.relativeBias?.center(head: head)
        px_attention_tile(&work, first, count, scratch)
      }
    }
    return output
  }

  private func attendNarrowly(_ segments: [px_attention_head], heads: Int) {
    guard let dim = segments.first?.dim else { return }
    let sizes = segments.map { segment in
      (
        keys: px_packed_keys(segment.key_count, dim, segment.format),
        values: px_packed_values(segment.key_count, dim)
      )
    }
    let starts = sizes.reduce(into: [0]) { starts, size in
      starts.append(starts[starts.count - 1] + heads * (size.keys + size.values))
    }
    // A word is as large as a Float.
    let packed = Tensor([starts[segments.count]])
    let words = UnsafeMutableRawPointer(packed.mutablePointer)
      .assumingMemoryBound(to: Int32.self)
    func place(_ segment: Int, _ head: Int) -> UnsafeMutablePointer<Int32> {
      words + starts[segment] + head * (sizes[segment].keys + sizes[segment].values)
    }
    let means = Tensor([segments.count * heads, dim])
    threads.parallel(segments.count * heads) { round in
      let (segment, head) = (round / heads, round % heads)
      var work = segments[segment].head(head)
      let mean = means.mutablePointer + round * dim
      if work.format == PX_INT8 { px_mean_key(&work, mean) }
      let keys = place(segment, head)
      px_pack_keys(&work, mean, keys, keys + sizes[segment].keys)
    }
    forTiles(of: segments, heads: heads) { work, segment, head, first, count, scratch in
      let keys = place(segment, head)
      px_narrow_attention_tile(&work, keys, keys + sizes[segment].keys, first, count, scratch)
    }
  }

  /// Calls `body` for each segment, head and tile of queries: with the head's work, the indices of
  /// segment and head, the tile's first query and their number, and scratch memory.
  private func forTiles(
    of segments: [px_attention_head], heads: Int,
    _ body: (inout px_attention_head, Int, Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let tile = Int(PX_ATTENTION_TILE)
    let tiles = segments.map { ($0.query_count + tile - 1) / tile }
    let scratchSize = px_attention_scratch(segments.first?.dim ?? 0)
    threads.parallel(heads * tiles.reduce(0, +)) { round in
      var (segment, rest) = (0, round)
      while rest >= heads * tiles[segment] {
        rest -= heads * tiles[segment]
        segment += 1
      }
      let (head, first) = (rest / tiles[segment], rest % tiles[segment] * tile)
      var work = segments[segment].head(head)
      let scratch = Tensor([scratchSize])
      body(
        &work, segment, head, first, min(tile, work.query_count - first), scratch.mutablePointer)
    }
  }
}

extension px_attention_head {
  /// Another head of the same rows.
  fileprivate func head(_ index: Int) -> px_attention_head {
    var other = self
    other.queries += index * dim
    other.keys += index * dim
    other.values += index * dim
    other.output += index * dim
    return other
  }
}
