// Products in bfloat16 and in 8-bit integers: rows of narrow numbers with packed narrow weights.
//
// Packed weights are [panel of 16 outputs, words, 16]: a 32-bit word holds two bfloat16 or four
// 8-bit integers of one output, next to each other in depth. Sums are floats or 32-bit integers.

/// Up to four numbers of a stored row from `i` on, zeros after its end.
PX_INLINE four widen_up_to4(const char *row, px_format format, ptrdiff_t i, ptrdiff_t depth) {
  const ptrdiff_t size = format == PX_FLOAT32 ? 4 : 2;
  if (i + 4 <= depth) return widen4(row + i * size, format);
  char numbers[16] = {0};
  if (i < depth) memcpy(numbers, row + i * size, (size_t)((depth - i) * size));
  return widen4(numbers, format);
}

PX_INLINE void pack_bfloat16_format(const char *weights, const px_format format,
                                    ptrdiff_t outputs, ptrdiff_t depth, uint16_t *packed) {
  const ptrdiff_t row_bytes = depth * (format == PX_FLOAT32 ? 4 : 2), words = (depth + 1) / 2;
  for (ptrdiff_t o = 0; o < (outputs + PANEL - 1) / PANEL * PANEL; ++o) {
    uint16_t *target = packed + (o / PANEL * words * PANEL + o % PANEL) * 2;
    for (ptrdiff_t i = 0; i < depth; i += 4) {
      uint16_t halves[4] = {0};
      if (o < outputs) {
        const four numbers = widen_up_to4(weights + o * row_bytes, format, i, depth);
        const four_words bits = (four_words)numbers;
        const four_halves rounded =
            __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, four_halves);
        memcpy(halves, &rounded, 8);
      }
      memcpy(target + i / 2 * PANEL * 2, halves, 4);
      if (i + 2 < depth) memcpy(target + (i / 2 + 1) * PANEL * 2, halves + 2, 4);
    }
  }
}

/// Four words of each of four rows, turned so that rows lie side by side.
PX_INLINE void turn_words(const char *source, ptrdiff_t row_bytes, char *target,
                          ptrdiff_t target_bytes) {
  four_words rows[4];
  IN_FULL for (int i = 0; i < 4; ++i) memcpy(&rows[i], source + i * row_bytes, 16);
  const four_words ab_low = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const four_words ab_high = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const four_words cd_low = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const four_words cd_high = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  const four_words turned[4] = {__builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5),
                                __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
                                __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
                                __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
  IN_FULL for (int i = 0; i < 4; ++i) memcpy(target + i * target_bytes, &turned[i], 16);
}

/// Stored bfloat16 is packed as it is: whole panels of a depth that is a multiple of eight.
static void pack_stored_bfloat16(const char *weights, ptrdiff_t outputs, ptrdiff_t depth,
                                 uint16_t *packed) {
  // A cache line of four rows at a time: where rows are some powers of two apart, the lines of
  // sixteen push each other out of the first-level cache before they are used up.
  enum { LINE = 32 };
  for (ptrdiff_t o = 0; o < outputs; o += PANEL, packed += depth * PANEL)
    for (ptrdiff_t line = 0; line < depth; line += LINE)
      for (ptrdiff_t p = 0; p < PANEL; p += 4)
        for (ptrdiff_t i = line; i < depth && i < line + LINE; i += 8)
          turn_words(weights + ((o + p) * depth + i) * 2, depth * 2,
                     (char *)(packed + (i / 2 * PANEL + p) * 2), PANEL * 4);
}

static void pack_bfloat16(const void *weights, px_format format, ptrdiff_t outputs,
                          ptrdiff_t depth, uint16_t *packed) {
  switch (format) {
    case PX_FLOAT16: pack_bfloat16_format(weights, PX_FLOAT16, outputs, depth, packed); break;
    case PX_BFLOAT16:
      if (outputs % PANEL == 0 && depth % 8 == 0)
        pack_stored_bfloat16(weights, outputs, depth, packed);
      else
        pack_bfloat16_format(weights, PX_BFLOAT16, outputs, depth, packed);
      break;
    default: pack_bfloat16_format(weights, PX_FLOAT32, outputs, depth, packed);
  }
}

PX_INLINE void pack_int8_format(const char *weights, const px_format format, ptrdiff_t outputs,
                                ptrdiff_t depth, int8_t *packed, float *scales,
                                int32_t *starts) {
  const ptrdiff_t row_bytes = depth * (format == PX_FLOAT32 ? 4 : 2), words = (depth + 3) / 4;
  for (ptrdiff_t o = 0; o < (outputs + PANEL - 1) / PANEL * PANEL; ++o) {
    const char *row = weights + o * row_bytes;
    four top = {0};
    for (ptrdiff_t i = 0; o < outputs && i < depth; i += 4) {
      const four numbers = widen_up_to4(row, format, i, depth);
      top = __builtin_elementwise_max(top, __builtin_elementwise_abs(numbers));
    }
    float largest = 0;
    for (int k = 0; k < 4; ++k) largest = top[k] > largest ? top[k] : largest;
    const float factor = largest > 1e-36f ? 127.0f / largest : 0.0f;
    int32_t sum = 0;
    int8_t *target = packed + (o / PANEL * words * PANEL + o % PANEL) * 4;
    for (ptrdiff_t i = 0; i < depth; i += 4, target += PANEL * 4) {
      int8_t bytes[4] = {0};
      if (o < outputs) {
        const four scaled = widen_up_to4(row, format, i, depth) * factor;
        for (int k = 0; k < 4; ++k) {
          bytes[k] = (int8_t)rintf(scaled[k]);
          sum += bytes[k];
        }
      }
      memcpy(target, bytes, 4);
    }
    scales[o] = largest / 127.0f;
    // Rows hold their numbers plus 128; this takes the surplus off.
    starts[o] = -128 * sum;
  }
}

static void pack_int8(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                      int8_t *packed, float *scales, int32_t *starts) {
  switch (format) {
    case PX_FLOAT16:
      pack_int8_format(weights, PX_FLOAT16, outputs, depth, packed, scales, starts);
      break;
    case PX_BFLOAT16:
      pack_int8_format(weights, PX_BFLOAT16, outputs, depth, packed, scales, starts);
      break;
    default: pack_int8_format(weights, PX_FLOAT32, outputs, depth, packed, scales, starts);
  }
}

/// Adds the second product, of bfloat16; with PX_INT8 the first one's scales are applied, too.
PX_INLINE void add_narrow_side(const px_product *p, const px_format format,
                               vfloat sum[PIXELS][PX_COLUMNS], ptrdiff_t row, ptrdiff_t count,
                               ptrdiff_t column, const int columns) {
  const ptrdiff_t words = (p->side_depth + 1) / 2;
  vfloat s[PIXELS][PX_COLUMNS];
  const char *rows[PIXELS], *panels[PX_COLUMNS];
  IN_FULL for (int j = 0; j < columns; ++j) {
    const ptrdiff_t c = column + j * PX_LANES;
    panels[j] = (const char *)p->side_weights + (c / PANEL * words * PANEL + c % PANEL) * 4;
  }
  IN_FULL for (int r = 0; r < PIXELS; ++r) {
    const ptrdiff_t known = row + (r < count ? r : count - 1);
    rows[r] = (const char *)p->side_input + known * p->side_stride * 2;
    IN_FULL for (int j = 0; j < columns; ++j) {
      s[r][j] = sum[r][j];
      if (format == PX_INT8)
        s[r][j] *= load(p->weight_scales + column + j * PX_LANES) * p->input_scales[known];
    }
  }
  scale_main(p, s, column, columns);
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < words; ++i) {
    vint w[PX_COLUMNS];
    IN_FULL for (int j = 0; j < columns; ++j) w[j] = load_int(panels[j] + i * PANEL * 4);
    IN_FULL for (int r = 0; r < PIXELS; ++r) {
      const vint x = splat_word(rows[r] + 4 * i);
      IN_FULL for (int j = 0; j < columns; ++j) s[r][j] = dot_pairs(s[r][j], x, w[j]);
    }
  }
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j) sum[r][j] = s[r][j];
}

/// Writes or adds a few rows of `columns` vectors of outputs; with PX_INT8 scales are yet to be
/// applied.
PX_INLINE void finish_narrow_columns(const px_product *p, const px_format format,
                                     vfloat results[PIXELS][PX_COLUMNS], ptrdiff_t row,
                                     ptrdiff_t count, ptrdiff_t column, const int columns) {
  for (ptrdiff_t r = 0; r < count; ++r) {
    float *y = p->output + (row + r) * p->output_stride + column;
    for (int j = 0; j < columns && column + j * PX_LANES < p->outputs; ++j) {
      const ptrdiff_t c = column + j * PX_LANES;
      vfloat v = results[r][j];
      if (format == PX_INT8) v *= load(p->weight_scales + c) * p->input_scales[row + r];
      finish_product(p, y + j * PX_LANES, v, c, p->outputs - c);
    }
  }
}

/// A few rows times `columns` vectors of outputs, in either narrow format.
PX_INLINE void multiply_narrow_columns(const px_product *p, const px_format format,
                                       const char *const *rows, ptrdiff_t row, ptrdiff_t count,
                                       ptrdiff_t column, const int columns) {
  const ptrdiff_t words = format == PX_INT8 ? (p->depth + 3) / 4 : (p->depth + 1) / 2;
  vfloat sum[PIXELS][PX_COLUMNS] = {0};
  vint whole[PIXELS][PX_COLUMNS];
  const char *panels[PX_COLUMNS];
  IN_FULL for (int j = 0; j < columns; ++j) {
    const ptrdiff_t c = column + j * PX_LANES;
    panels[j] = (const char *)p->weights + (c / PANEL * words * PANEL + c % PANEL) * 4;
    IN_FULL for (int r = 0; r < PIXELS; ++r)
      whole[r][j] = format == PX_INT8 ? load_int(p->weight_starts + c) : (vint){0};
  }
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < words; ++i) {
    vint w[PX_COLUMNS];
    IN_FULL for (int j = 0; j < columns; ++j) w[j] = load_int(panels[j] + i * PANEL * 4);
    IN_FULL for (int r = 0; r < PIXELS; ++r) {
      const vint x = splat_word(rows[r] + 4 * i);
      IN_FULL for (int j = 0; j < columns; ++j) {
        if (format == PX_INT8)
          whole[r][j] = dot_quads(whole[r][j], x, w[j]);
        else
          sum[r][j] = dot_pairs(sum[r][j], x, w[j]);
      }
    }
  }
  // Sums that a loop indexes would be stored at every step above.
  vfloat results[PIXELS][PX_COLUMNS];
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j)
      results[r][j] =
          format == PX_INT8 ? __builtin_convertvector(whole[r][j], vfloat) : sum[r][j];
  if (p->side_depth) {
    add_narrow_side(p, format, results, row, count, column, columns);
    finish_narrow_columns(p, PX_FLOAT32, results, row, count, column, columns);
  } else {
    finish_narrow_columns(p, format, results, row, count, column, columns);
  }
}

PX_INLINE void multiply_narrow_rows(const px_product *p, const px_format format, ptrdiff_t first,
                                    ptrdiff_t count) {
  const ptrdiff_t padded = (p->outputs + PANEL - 1) / PANEL * PANEL;
  const ptrdiff_t size = format == PX_INT8 ? 1 : 2;
  // All rows meet one group of outputs before the next: its weights stay in the cache.
  for (ptrdiff_t column = 0; column < padded;) {
    const int columns = next_columns((padded - column) / PX_LANES);
    for (ptrdiff_t row = first; row < first + count; row += PIXELS) {
      if (is_raised(p->stop)) return;
      const ptrdiff_t rows = first + count - row < PIXELS ? first + count - row : PIXELS;
      const char *pointers[PIXELS];
      // Past the last row it is repeated; what comes out is not stored.
      for (ptrdiff_t r = 0; r < PIXELS; ++r)
        pointers[r] = (const char *)p->input + (row + (r < rows ? r : rows - 1)) *
                                                   p->input_stride * size;
      WITH_COLUMNS(columns,
                   multiply_narrow_columns(p, format, pointers, row, rows, column, width));
    }
    column += columns * PX_LANES;
  }
}

static void multiply_rows(const px_product *p, ptrdiff_t first, ptrdiff_t count) {
  switch (p->format) {
    case PX_BFLOAT16: multiply_narrow_rows(p, PX_BFLOAT16, first, count); break;
    case PX_INT8: multiply_narrow_rows(p, PX_INT8, first, count); break;
    default: multiply_float_rows(p, first, count);
  }
}
