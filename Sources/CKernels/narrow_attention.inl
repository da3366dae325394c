// Attention with bfloat16 products, in the same transposed form: lanes are queries.
//
// A 32-bit word holds two bfloat16: neighbours in a head's dimension for queries and keys,
// neighbouring keys for values and weights. Scores, maximum and sums are floats.

/// Two floats as a word, the first in its lower half.
PX_INLINE int32_t pair_word(float low, float high) {
  uint32_t words[2];
  const float numbers[2] = {low, high};
  memcpy(words, numbers, 8);
  for (int i = 0; i < 2; ++i) words[i] = (words[i] + 0x7fff + ((words[i] >> 16) & 1)) >> 16;
  return (int32_t)(words[0] | words[1] << 16);
}

static void pack_keys(const px_attention_head *head, ptrdiff_t first, ptrdiff_t count,
                      int32_t *keys, int32_t *values) {
  const ptrdiff_t dim = head->dim, pairs = (dim + 1) / 2;
  for (ptrdiff_t k = first; k < first + count; ++k) {
    const float *row = head->keys + k * head->key_stride;
    for (ptrdiff_t d = 0; d < pairs; ++d)
      keys[k * pairs + d] = pair_word(row[2 * d], 2 * d + 1 < dim ? row[2 * d + 1] : 0);
  }
  for (ptrdiff_t k = first; k < first + count; k += 2) {
    const float *low = head->values + k * head->value_stride;
    const int isWhole = k + 1 < head->key_count;
    const float *high = isWhole ? low + head->value_stride : low;
    for (ptrdiff_t d = 0; d < dim; ++d)
      values[k / 2 * dim + d] = pair_word(low[d], isWhole ? high[d] : 0);
  }
}

/// c[r, :] (+)= sum_i a(r, i) . b[i, :] for `rows` rows and one group of query lanes, all words.
PX_INLINE void narrow_product_rows(const int32_t *a, ptrdiff_t row_stride, ptrdiff_t step,
                                   const int32_t *b, float *c, ptrdiff_t depth, const int rows,
                                   const int accumulate) {
  vfloat sum[ROWS][VECTORS];
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j)
      sum[r][j] = accumulate ? load(c + r * TILE + j * PX_LANES) : splat(0);
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < depth; ++i) {
    vint right[VECTORS];
    IN_FULL for (int j = 0; j < VECTORS; ++j) right[j] = load_int(b + i * TILE + j * PX_LANES);
    IN_FULL for (int r = 0; r < rows; ++r) {
      const vint left = splat_word(a + r * row_stride + i * step);
      IN_FULL for (int j = 0; j < VECTORS; ++j) sum[r][j] = dot_pairs(sum[r][j], left, right[j]);
    }
  }
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j) store(c + r * TILE + j * PX_LANES, sum[r][j]);
}

PX_INLINE void narrow_product(const int32_t *a, ptrdiff_t row_stride, ptrdiff_t step,
                              const int32_t *b, float *c, ptrdiff_t rows, ptrdiff_t depth,
                              const int accumulate) {
  ptrdiff_t r = 0;
  for (; r + ROWS <= rows; r += ROWS)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, ROWS,
                        accumulate);
  for (; r + 2 <= rows; r += 2)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, 2,
                        accumulate);
  if (r < rows)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, depth, 1,
                        accumulate);
}

/// 2^x for x <= 0, to about 4e-6 of its value; 0 far below.
PX_INLINE vfloat exp2_below_zero(vfloat x) {
  x = vmax(x, splat(-126.0f));
  // Adding 1.5 * 2^23 rounds to the nearest whole number, which the lower bits then are.
  const vfloat shifted = x + 12582912.0f;
  const vfloat r = x - (shifted - 12582912.0f);
  vfloat p = splat(9.600395517e-03f);
  p = p * r + 5.591689383e-02f;
  p = p * r + 2.402371846e-01f;
  p = p * r + 6.931219948e-01f;
  p = p * r + 1.0f;
  return (vfloat)((vint)p + ((vint)shifted << 23));
}

PX_INLINE int any_lane(vint mask) {
  int any = 0;
  for (int i = 0; i < PX_LANES; ++i) any |= mask[i];
  return any;
}

/// One step of the online softmax for one vector of queries: scores [keys, TILE], in powers of two,
/// become weights [keys / 2, TILE] as words.
PX_INLINE void narrow_online_softmax(const float *scores, int32_t *weights, ptrdiff_t keys,
                                     float *maximum, float *sum, float *output, ptrdiff_t dim) {
  const vfloat old = load(maximum);
  vfloat top = old;
  for (ptrdiff_t k = 0; k < keys; ++k) top = vmax(top, load(scores + k * TILE));
  vfloat total = {0};
  ptrdiff_t k = 0;
  for (; k + 2 <= keys; k += 2) {
    const vfloat low = exp2_below_zero(load(scores + k * TILE) - top);
    const vfloat high = exp2_below_zero(load(scores + (k + 1) * TILE) - top);
    total += low + high;
    // Weights are positive: half of the last place added, the rest cut off.
    const vuint upper = ((vuint)high + 0x8000) & 0xffff0000;
    const vuint words = upper | ((vuint)low + 0x8000) >> 16;
    memcpy(weights + k / 2 * TILE, &words, sizeof words);
  }
  if (k < keys) {
    const vfloat low = exp2_below_zero(load(scores + k * TILE) - top);
    total += low;
    const vuint words = ((vuint)low + 0x8000) >> 16;
    memcpy(weights + k / 2 * TILE, &words, sizeof words);
  }
  // Seldom after the first blocks.
  if (!any_lane(top > old)) {
    store(sum, load(sum) + total);
    return;
  }
  const vfloat correction = exp2_below_zero(old - top);
  store(sum, load(sum) * correction + total);
  store(maximum, top);
  for (ptrdiff_t d = 0; d < dim; ++d) store(output + d * TILE, load(output + d * TILE) * correction);
}

static void narrow_attention_tile(const px_attention_head *head, const int32_t *keys,
                                  const int32_t *values, ptrdiff_t first, ptrdiff_t count,
                                  float *scratch) {
  const ptrdiff_t dim = head->dim, pairs = (dim + 1) / 2;
  int32_t *queries = (int32_t *)scratch;     // [pairs, TILE], scaled
  float *output = scratch + pairs * TILE;    // [dim, TILE]
  float *scores = output + dim * TILE;       // [KEY_BLOCK, TILE]
  int32_t *weights = (int32_t *)(scores + KEY_BLOCK * TILE);  // [KEY_BLOCK / 2, TILE]
  float *maximum = (float *)(weights + KEY_BLOCK / 2 * TILE);
  float *sum = maximum + TILE;
  const ptrdiff_t width = (count + GROUP - 1) / GROUP * GROUP;
  // Scores are powers of two.
  const float scale = head->scale * 1.44269504088896341f;

  for (ptrdiff_t i = 0; i < width; ++i) {
    // Lanes past the last query repeat it; they are never written out.
    const float *row = head->queries + (first + (i < count ? i : count - 1)) * head->query_stride;
    for (ptrdiff_t d = 0; d < pairs; ++d)
      queries[d * TILE + i] =
          pair_word(row[2 * d] * scale, 2 * d + 1 < dim ? row[2 * d + 1] * scale : 0);
  }
  for (ptrdiff_t i = 0; i < dim * TILE; ++i) output[i] = 0;
  for (ptrdiff_t i = 0; i < width; ++i) {
    maximum[i] = -1e30f;
    sum[i] = 0;
  }

  for (ptrdiff_t key = 0; key < head->key_count; key += KEY_BLOCK) {
    if (is_raised(head->stop)) return;
    const ptrdiff_t block = head->key_count - key < KEY_BLOCK ? head->key_count - key : KEY_BLOCK;
    for (ptrdiff_t i = 0; i < width; i += GROUP) {
      narrow_product(keys + key * pairs, pairs, 1, queries + i, scores + i, block, pairs, 0);
      for (ptrdiff_t j = i; j < i + GROUP; j += PX_LANES)
        narrow_online_softmax(scores + j, weights + j, block, maximum + j, sum + j, output + j,
                              dim);
      narrow_product(values + key / 2 * dim, 1, dim, weights + i, output + i, dim,
                     (block + 1) / 2, 1);
    }
  }

  for (ptrdiff_t i = 0; i < count; ++i) {
    const float factor = 1.0f / sum[i];
    float *row = head->output + (first + i) * head->output_stride;
    for (ptrdiff_t d = 0; d < dim; ++d) row[d] = output[d * TILE + i] * factor;
  }
}
