import CKernels
public import Tensors

extension CPU {
  public func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout
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
    let dim = width / layout.heads
    let output = Tensor(queries.shape)
    let (q, k, v, out) = (queries.pointer, keys.pointer, values.pointer, output.mutablePointer)

    // One round a head and tile of queries.
    let tile = Int(PX_ATTENTION_TILE)
    let tiles = layout.segments.map { ($0.queries.count + tile - 1) / tile }
    let scratchSize = px_attention_scratch(dim)
    let stop = Cancellation.current?.flag
    for (segment, tiles) in zip(layout.segments, tiles) {
      let (queryOffset, keyOffset) = (
        segment.queries.lowerBound * width, segment.keys.lowerBound * width
      )
      threads.parallel(layout.heads * tiles) { round in
        let (head, first) = (round / tiles, round % tiles * tile)
        var work = px_attention_head()
        work.queries = q + queryOffset + head * dim
        work.keys = k + keyOffset + head * dim
        work.values = v + keyOffset + head * dim
        work.output = out + queryOffset + head * dim
        work.query_stride = width
        work.key_stride = width
        work.value_stride = width
        work.output_stride = width
        work.query_count = segment.queries.count
        work.key_count = segment.keys.count
        work.dim = dim
        work.scale = layout.scale
        work.relative = layout.relativeBias?.center(head: head)
        work.stop = stop
        let scratch = Tensor([scratchSize])
        px_attention_tile(
          &work, first, min(tile, segment.queries.count - first), scratch.mutablePointer)
      }
    }
    return output
  }
}
