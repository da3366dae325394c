// Attention with bfloat16 products, in the same transposed form: lanes are queries.
//
// A 32-bit word holds two bfloat16: neighbours in a head's dimension for queries and keys,
// neighbouring keys for values and weights. Scores, maximum and sums are floats. Keys and queries
// may be 8-bit integers instead, four in a word, each row with a scale of its own: after the keys
// come their scales and what their sums begin with.

/// Up to PX_LANES words from two vectors of floats, the first in the lower halves.
PX_INLINE vuint pair_words(vfloat low, vfloat high) {
  return round_to_bfloat16(low) | round_to_bfloat16(high) << 16;
}

static void mean_key(const px_attention_head *head, float *mean) {
  const ptrdiff_t dim = head->dim;
  const float factor = 1.0f / (float)head->key_count;
  for (ptrdiff_t d = 0; d < dim; d += PX_LANES) {
    const ptrdiff_t n = dim - d < PX_LANES ? dim - d : PX_LANES;
    vfloat sum = {0};
    for (ptrdiff_t k = 0; k < head->key_count; ++k) {
      const float *row = head->keys + k * head->key_stride + d;
      sum += n == PX_LANES ? load(row) : load_part(row, n);
    }
    sum *= factor;
    memcpy(mean + d, &sum, (size_t)n * 4);
  }
}

/// A key less the mean as signed bytes, with zeros up to a whole word.
PX_INLINE void quantise_key(const float *row, const float *mean, ptrdiff_t dim, int8_t *bytes,
                            float *scale, int32_t *start) {
  vfloat top = {0};
  for (ptrdiff_t d = 0; d < dim; d += PX_LANES)
    top = vmax(top, magnitude(dim - d < PX_LANES
                                  ? load_part(row + d, dim - d) - load_part(mean + d, dim - d)
                                  : load(row + d) - load(mean + d)));
  float largest = 0;
  for (int i = 0; i < PX_LANES; ++i) largest = top[i] > largest ? top[i] : largest;
  const float factor = largest > 1e-36f ? 127.0f / largest : 0.0f;
  vint sum = {0};
  ptrdiff_t d = 0;
  for (; d + PX_LANES <= dim; d += PX_LANES) {
    const vint whole = rounded((load(row + d) - load(mean + d)) * factor);
    const byte_lanes lanes = __builtin_convertvector(whole, byte_lanes);
    memcpy(bytes + d, &lanes, sizeof lanes);
    sum += whole;
  }
  memset(bytes + d, 0, (size_t)((dim + 3) / 4 * 4 - d));
  if (d < dim) {
    const vint whole =
        rounded((load_part(row + d, dim - d) - load_part(mean + d, dim - d)) * factor);
    const byte_lanes lanes = __builtin_convertvector(whole, byte_lanes);
    memcpy(bytes + d, &lanes, (size_t)(dim - d));
    sum += whole;
  }
  int32_t total = 0;
  for (int i = 0; i < PX_LANES; ++i) total += sum[i];
  *scale = largest / 127.0f;
  // Queries hold their numbers plus 128; this takes the surplus off.
  *start = -128 * total;
}

static void pack_keys(const px_attention_head *head, const float *mean, int32_t *keys,
                      int32_t *values) {
  const ptrdiff_t dim = head->dim, pairs = (dim + 1) / 2, quads = (dim + 3) / 4;
  const ptrdiff_t count = head->key_count;
  if (head->format == PX_INT8) {
    float *scales = (float *)(keys + count * quads);
    int32_t *starts = (int32_t *)(scales + count);
    for (ptrdiff_t k = 0; k < count; ++k)
      quantise_key(head->keys + k * head->key_stride, mean, dim, (int8_t *)(keys + k * quads),
                   scales + k, starts + k);
  } else {
    narrow_rows(head->keys, head->key_stride, (uint16_t *)keys, 2 * pairs, count, dim);
  }
  for (ptrdiff_t k = 0; k < count; k += 2) {
    const float *low = head->values + k * head->value_stride;
    const int is_whole = k + 1 < count;
    const float *high = is_whole ? low + head->value_stride : low;
    int32_t *target = values + k / 2 * dim;
    ptrdiff_t d = 0;
    for (; d + PX_LANES <= dim; d += PX_LANES) {
      const vuint words = pair_words(load(low + d), is_whole ? load(high + d) : splat(0));
      memcpy(target + d, &words, sizeof words);
    }
    if (d < dim) {
      const ptrdiff_t n = dim - d;
      const vuint words =
          pair_words(load_part(low + d, n), is_whole ? load_part(high + d, n) : splat(0));
      memcpy(target + d, &words, (size_t)n * 4);
    }
  }
}

/// Turns words [rows, columns] to [columns, rows].
PX_INLINE void turn(const void *source, ptrdiff_t stride, void *target, ptrdiff_t target_stride,
                    ptrdiff_t rows, ptrdiff_t columns) {
  const char *from = (const char *)source;
  char *to = (char *)target;
  for (ptrdiff_t r = 0; r < rows; r += 4) {
    ptrdiff_t c = 0;
    for (; r + 4 <= rows && c + 4 <= columns; c += 4)
      turn_words(from + (r * stride + c) * 4, stride * 4, to + (c * target_stride + r) * 4,
                 target_stride * 4);
    for (; c < columns; ++c)
      for (ptrdiff_t i = r; i < r + 4 && i < rows; ++i)
        memcpy(to + (c * target_stride + i) * 4, from + (i * stride + c) * 4, 4);
  }
}

/// Raises the maximum of each lane to the highest of some rows.
PX_INLINE void raise_maximum(float *maximum, vfloat sum[ROWS][VECTORS], const int rows) {
  IN_FULL for (int j = 0; j < VECTORS; ++j) {
    vfloat top = load(maximum + j * PX_LANES);
    IN_FULL for (int r = 0; r < rows; ++r) top = vmax(top, sum[r][j]);
    store(maximum + j * PX_LANES, top);
  }
}

/// c[r, :] = sum_i a(r, i) . b[i, :] for `rows` rows and one group of query lanes, all words, and
/// `maximum` is raised to the highest of each lane; without a maximum, c += that.
PX_INLINE void narrow_product_rows(const int32_t *a, ptrdiff_t row_stride, ptrdiff_t step,
                                   const int32_t *b, float *c, float *maximum, ptrdiff_t depth,
                                   const int rows) {
  vfloat sum[ROWS][VECTORS];
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j)
      sum[r][j] = !maximum ? load(c + r * TILE + j * PX_LANES) : splat(0);
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
  if (maximum) raise_maximum(maximum, sum, rows);
}

PX_INLINE void narrow_product(const int32_t *a, ptrdiff_t row_stride, ptrdiff_t step,
                              const int32_t *b, float *c, float *maximum, ptrdiff_t rows,
                              ptrdiff_t depth) {
  ptrdiff_t r = 0;
  for (; r + ROWS <= rows; r += ROWS)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, maximum, depth,
                        ROWS);
  for (; r + 2 <= rows; r += 2)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, maximum, depth, 2);
  if (r < rows)
    narrow_product_rows(a + r * row_stride, row_stride, step, b, c + r * TILE, maximum, depth, 1);
}

/// Scores of `rows` keys of 8-bit integers with one group of query lanes; queries' scales are yet to
/// be multiplied with.
PX_INLINE void byte_score_rows(const int32_t *keys, const float *scales, const int32_t *starts,
                               const int32_t *queries, float *scores, float *maximum,
                               ptrdiff_t quads, const int rows) {
  vint whole[ROWS][VECTORS];
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j) whole[r][j] = splat_word(starts + r);
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < quads; ++i) {
    vint right[VECTORS];
    IN_FULL for (int j = 0; j < VECTORS; ++j)
      right[j] = load_int(queries + i * TILE + j * PX_LANES);
    IN_FULL for (int r = 0; r < rows; ++r) {
      const vint left = splat_word(keys + r * quads + i);
      IN_FULL for (int j = 0; j < VECTORS; ++j)
        whole[r][j] = dot_quads(whole[r][j], right[j], left);
    }
  }
  vfloat sum[ROWS][VECTORS];
  IN_FULL for (int r = 0; r < rows; ++r)
    IN_FULL for (int j = 0; j < VECTORS; ++j) {
      sum[r][j] = __builtin_convertvector(whole[r][j], vfloat) * scales[r];
      store(scores + r * TILE + j * PX_LANES, sum[r][j]);
    }
  raise_maximum(maximum, sum, rows);
}

/// Scores of `count` keys from `first` on.
PX_INLINE void byte_scores(const px_attention_head *head, const int32_t *keys, ptrdiff_t first,
                           ptrdiff_t count, const int32_t *queries, float *scores,
                           float *maximum) {
  const ptrdiff_t quads = (head->dim + 3) / 4;
  const float *scales = (const float *)(keys + head->key_count * quads);
  const int32_t *starts = (const int32_t *)(scales + head->key_count);
  ptrdiff_t k = first;
  for (; k + ROWS <= first + count; k += ROWS, scores += ROWS * TILE)
    byte_score_rows(keys + k * quads, scales + k, starts + k, queries, scores, maximum, quads,
                    ROWS);
  for (; k < first + count; ++k, scores += TILE)
    byte_score_rows(keys + k * quads, scales + k, starts + k, queries, scores, maximum, quads, 1);
}

/// 2^x for x <= 0, to about 1e-4 of its value, a fortieth of what rounding to bfloat16 does after it;
/// hardly more than 0 far below.
PX_INLINE vfloat exp2_below_zero(vfloat x) {
  x = vmax(x, splat(-126.0f));
  // Adding 1.5 * 2^23 rounds to the nearest whole number, which the lower bits then are.
  const vfloat shifted = x + 12582912.0f;
  const vfloat r = x - (shifted - 12582912.0f);
  vfloat p = splat(5.517166969e-02f);
  p = p * r + 2.426111297e-01f;
  p = p * r + 6.932609860e-01f;
  p = p * r + 9.999280731e-01f;
  return (vfloat)((vint)p + ((vint)shifted << 23));
}

PX_INLINE int any_lane(vint mask) {
  int any = 0;
  for (int i = 0; i < PX_LANES; ++i) any |= mask[i];
  return any;
}

/// Two positive vectors as words, the first in the lower halves: half of the last place added, the
/// rest cut off.
PX_INLINE vuint pair_weights(vfloat low, vfloat high) {
  return (((vuint)high + 0x8000) & 0xffff0000) | ((vuint)low + 0x8000) >> 16;
}

/// One step of the online softmax for one vector of queries: scores [keys, TILE] become weights
/// [keys / 2, TILE] as words. The weight of a score is 2^(scale (score - highest)); `maximum` was the
/// highest of all blocks before.
PX_INLINE void narrow_online_softmax(const float *scores, int32_t *weights, ptrdiff_t keys,
                                     vfloat scale, const float *highest, float *maximum,
                                     float *sum, float *output, ptrdiff_t dim) {
  const vfloat old = load(maximum), top = load(highest);
  const vfloat start = -(top * scale);
  vfloat total = {0};
  ptrdiff_t k = 0;
  for (; k + 2 <= keys; k += 2) {
    const vfloat low = exp2_below_zero(load(scores + k * TILE) * scale + start);
    const vfloat high = exp2_below_zero(load(scores + (k + 1) * TILE) * scale + start);
    total += low + high;
    const vuint words = pair_weights(low, high);
    memcpy(weights + k / 2 * TILE, &words, sizeof words);
  }
  if (k < keys) {
    const vfloat low = exp2_below_zero(load(scores + k * TILE) * scale + start);
    total += low;
    const vuint words = pair_weights(low, splat(0));
    memcpy(weights + k / 2 * TILE, &words, sizeof words);
  }
  // Seldom after the first blocks.
  if (!any_lane(top > old)) {
    store(sum, load(sum) + total);
    return;
  }
  const vfloat correction = exp2_below_zero(old * scale + start);
  store(sum, load(sum) * correction + total);
  store(maximum, top);
  for (ptrdiff_t d = 0; d < dim; ++d) store(output + d * TILE, load(output + d * TILE) * correction);
}

/// Queries as words [words, TILE], and the factor that makes powers of two of each one's scores.
PX_INLINE void turn_queries(const px_attention_head *head, ptrdiff_t first, ptrdiff_t count,
                            ptrdiff_t width, int32_t *queries, float *factors, void *rows) {
  const float *source = head->queries + first * head->query_stride;
  const float factor = head->scale * 1.44269504088896341f;
  ptrdiff_t words;
  if (head->format == PX_INT8) {
    words = (head->dim + 3) / 4;
    quantise_rows(source, head->query_stride, rows, 4 * words, factors, count, head->dim);
    for (ptrdiff_t i = 0; i < count; ++i) factors[i] *= factor;
  } else {
    words = (head->dim + 1) / 2;
    narrow_rows(source, head->query_stride, rows, 2 * words, count, head->dim);
    for (ptrdiff_t i = 0; i < count; ++i) factors[i] = factor;
  }
  turn(rows, words, queries, TILE, count, words);
  // Lanes past the last query repeat it; they are never written out.
  for (ptrdiff_t i = count; i < width; ++i) {
    factors[i] = factors[count - 1];
    for (ptrdiff_t w = 0; w < words; ++w) queries[w * TILE + i] = queries[w * TILE + count - 1];
  }
}

static void narrow_attention_tile(const px_attention_head *head, const int32_t *keys,
                                  const int32_t *values, ptrdiff_t first, ptrdiff_t count,
                                  float *scratch) {
  const ptrdiff_t dim = head->dim, pairs = (dim + 1) / 2;
  int32_t *queries = (int32_t *)scratch;     // [pairs, TILE]
  float *output = scratch + pairs * TILE;    // [dim, TILE]
  float *scores = output + dim * TILE;       // [KEY_BLOCK, TILE]
  int32_t *weights = (int32_t *)(scores + KEY_BLOCK * TILE);  // [KEY_BLOCK / 2, TILE]
  float *factors = (float *)(weights + KEY_BLOCK / 2 * TILE);
  float *maximum = factors + TILE, *top = maximum + TILE, *sum = top + TILE;
  const ptrdiff_t width = (count + GROUP - 1) / GROUP * GROUP;

  // The output's memory is still free.
  turn_queries(head, first, count, width, queries, factors, output);
  for (ptrdiff_t i = 0; i < dim * TILE; ++i) output[i] = 0;
  for (ptrdiff_t i = 0; i < width; ++i) {
    maximum[i] = top[i] = -1e30f;
    sum[i] = 0;
  }

  for (ptrdiff_t key = 0; key < head->key_count; key += KEY_BLOCK) {
    if (is_raised(head->stop)) return;
    const ptrdiff_t block = head->key_count - key < KEY_BLOCK ? head->key_count - key : KEY_BLOCK;
    for (ptrdiff_t i = 0; i < width; i += GROUP) {
      if (head->format == PX_INT8)
        byte_scores(head, keys, key, block, queries + i, scores + i, top + i);
      else
        narrow_product(keys + key * pairs, pairs, 1, queries + i, scores + i, top + i, block,
                       pairs);
      for (ptrdiff_t j = i; j < i + GROUP; j += PX_LANES)
        narrow_online_softmax(scores + j, weights + j, block, load(factors + j), top + j,
                              maximum + j, sum + j, output + j, dim);
      narrow_product(values + key / 2 * dim, 1, dim, weights + i, output + i, 0, dim,
                     (block + 1) / 2);
    }
  }

  for (ptrdiff_t i = 0; i < width; i += PX_LANES) {
    const vfloat factor = 1.0f / load(sum + i);
    for (ptrdiff_t d = 0; d < dim; ++d)
      store(output + d * TILE + i, load(output + d * TILE + i) * factor);
  }
  turn(output, TILE, head->output + first * head->output_stride, head->output_stride, dim, count);
}
