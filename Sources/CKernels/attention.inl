// Attention for a tile of queries, with everything transposed: lanes are queries.
//
// Scores are kept as [keys, queries], the output as [dim, queries]. Maximum, sum and rescaling of
// the online softmax are then plain vertical vector work, keys and values are read as they lie,
// and both products have the same form: a column of scalars times a row of query lanes.

enum {
  TILE = PX_ATTENTION_TILE,
  KEY_BLOCK = PX_KEY_BLOCK,
  VECTORS = PX_QUERY_COLUMNS,
  GROUP = PX_LANES * VECTORS,
  ROWS = PX_QUERY_ROWS
};

/// c[r, :] (+)= sum_i a(r, i) * b[i, :] for `rows` rows and one group of query lanes.
/// a(r, i) = a[r * row_stride + i * step]; b and c have TILE columns.
PX_INLINE void product_rows(const float *a, ptrdiff_t row_stride, ptrdiff_t step, const float *b,
                            float *c, ptrdiff_t depth, const int rows, const int accumulate) {
  vfloat sum[ROWS][VECTORS];
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j)
      sum[r][j] = accumulate ? load(c + r * TILE + j * PX_LANES) : splat(0);
  for (ptrdiff_t i = 0; i < depth; ++i) {
    vfloat right[VECTORS];
    IN_FULL for (int j = 0; j < VECTORS; ++j) right[j] = load(b + i * TILE + j * PX_LANES);
    IN_FULL for (int r = 0; r < rows; ++r) {
      const vfloat left = splat(a[r * row_stride + i * step]);
      IN_FULL for (int j = 0; j < VECTORS; ++j) sum[r][j] += left * right[j];
    }
  }
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j) store(c + r * TILE + j * PX_LANES, sum[r][j]);
}

/// product_rows for any number of rows: mostly as many as stay in registers.
PX_INLINE void product(const float *a, ptrdiff_t row_stride, ptrdiff_t step, const float *b,
                       float *c, ptrdiff_t rows, ptrdiff_t depth, const int accumulate) {
  ptrdiff_t r = 0;
  for (; r + ROWS <= rows; r += ROWS)
    product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, ROWS, accumulate);
  for (; r + 2 <= rows; r += 2)
    product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, 2, accumulate);
  if (r < rows)
    product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, 1, accumulate);
}

/// One step of the online softmax for one vector of queries: scores [keys, TILE] become weights.
PX_INLINE void online_softmax(float *scores, ptrdiff_t keys, float *maximum, float *sum,
                              float *output, ptrdiff_t dim) {
  const vfloat old = load(maximum);
  vfloat top = old;
  for (ptrdiff_t k = 0; k < keys; ++k) top = vmax(top, load(scores + k * TILE));
  vfloat total = {0};
  for (ptrdiff_t k = 0; k < keys; ++k) {
    const vfloat weight = vexp(load(scores + k * TILE) - top);
    store(scores + k * TILE, weight);
    total += weight;
  }
  const vfloat correction = vexp(old - top);
  store(sum, load(sum) * correction + total);
  store(maximum, top);
  for (ptrdiff_t d = 0; d < dim; ++d) store(output + d * TILE, load(output + d * TILE) * correction);
}

static void attention_tile(const px_attention_head *head, ptrdiff_t first, ptrdiff_t count,
                           float *scratch) {
  const ptrdiff_t dim = head->dim;
  float *queries = scratch;                  // [dim, TILE], scaled
  float *output = queries + dim * TILE;      // [dim, TILE]
  float *scores = output + dim * TILE;       // [KEY_BLOCK, TILE]
  float *maximum = scores + KEY_BLOCK * TILE;
  float *sum = maximum + TILE;
  const ptrdiff_t width = (count + GROUP - 1) / GROUP * GROUP;

  for (ptrdiff_t d = 0; d < dim; ++d) {
    for (ptrdiff_t i = 0; i < width; ++i) {
      // Lanes past the last query repeat it; they are never written out.
      const ptrdiff_t row = first + (i < count ? i : count - 1);
      queries[d * TILE + i] = head->queries[row * head->query_stride + d] * head->scale;
    }
    for (ptrdiff_t i = 0; i < width; ++i) output[d * TILE + i] = 0;
  }
  for (ptrdiff_t i = 0; i < width; ++i) {
    maximum[i] = -1e30f;
    sum[i] = 0;
  }

  for (ptrdiff_t key = 0; key < head->key_count; key += KEY_BLOCK) {
    if (is_raised(head->stop)) return;
    const ptrdiff_t keys = head->key_count - key < KEY_BLOCK ? head->key_count - key : KEY_BLOCK;
    for (ptrdiff_t i = 0; i < width; i += GROUP) {
      product(head->keys + key * head->key_stride, head->key_stride, 1, queries + i, scores + i,
              keys, dim, 0);
      if (head->relative) {
        for (ptrdiff_t k = 0; k < keys; ++k)
          for (ptrdiff_t j = i; j < i + GROUP; ++j) {
            const ptrdiff_t query = first + (j < count ? j : count - 1);
            scores[k * TILE + j] += head->relative[query - (key + k)];
          }
      }
      for (ptrdiff_t j = i; j < i + GROUP; j += PX_LANES)
        online_softmax(scores + j, keys, maximum + j, sum + j, output + j, dim);
      product(head->values + key * head->value_stride, 1, head->value_stride, scores + i,
              output + i, dim, keys, 1);
    }
  }

  for (ptrdiff_t i = 0; i < count; ++i) {
    const float factor = 1.0f / sum[i];
    float *row = head->output + (first + i) * head->output_stride;
    for (ptrdiff_t d = 0; d < dim; ++d) row[d] = output[d * TILE + i] * factor;
  }
}
