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
    for segment in layout.segments {
      let dim = width / layout.heads
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
      work.dim = dim
      work.scale = layout.scale
      work.stop = stop
      if precision != .fp32, layout.relativeBias == nil {
        work.format = precision.kernel
        attendNarrowly(work, heads: layout.heads)
      } else {
        attend(work, layout)
      }
    }
    return output
  }

  private func attend(_ segment: px_attention_head, _ layout: AttentionLayout) {
    forTiles(of: segment, heads: layout.heads) { work, head, first, count, scratch in
      work.relative = layout.relativeBias?.center(head: head)
      px_attention_tile(&work, first, count, scratch)
    }
  }

  private func attendNarrowly(_ segment: px_attention_head, heads: Int) {
    let (count, dim) = (segment.key_count, segment.dim)
    let (keyWords, valueWords) = (
      px_packed_keys(count, dim, segment.format), px_packed_values(count, dim)
    )
    // A word is as large as a Float.
    let packed = Tensor([heads, keyWords + valueWords])
    let words = UnsafeMutableRawPointer(packed.mutablePointer)
      .assumingMemoryBound(to: Int32.self)
    let means = Tensor([heads, dim])
    if segment.format == PX_INT8 {
      threads.parallel(heads) { head in
        var work = segment.head(head)
        px_mean_key(&work, means.mutablePointer + head * dim)
      }
    }
    let parts = max(1, count / 512)
    threads.parallel(heads * parts) { round in
      let (head, part) = (round / parts, round % parts)
      var work = segment.head(head)
      // Values are packed in pairs.
      let first = count * part / parts & ~1
      let end = part + 1 == parts ? count : count * (part + 1) / parts & ~1
      let keys = words + head * (keyWords + valueWords)
      px_pack_keys(
        &work, means.pointer + head * dim, first, end - first, keys, keys + keyWords)
    }
    forTiles(of: segment, heads: heads) { work, head, first, count, scratch in
      let keys = words + head * (keyWords + valueWords)
      px_narrow_attention_tile(&work, keys, keys + keyWords, first, count, scratch)
    }
  }

  /// Calls `body` for each head and tile of queries, with the head's work and scratch memory.
  private func forTiles(
    of segment: px_attention_head, heads: Int,
    _ body: (inout px_attention_head, Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let tile = Int(PX_ATTENTION_TILE)
    let tiles = (segment.query_count + tile - 1) / tile
    let scratchSize = px_attention_scratch(segment.dim)
    threads.parallel(heads * tiles) { round in
      let (head, first) = (round / tiles, round % tiles * tile)
      var work = segment.head(head)
      let scratch = Tensor([scratchSize])
      body(&work, head, first, min(tile, segment.query_count - first), scratch.mutablePointer)
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
