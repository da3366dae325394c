// Products of rows with a matrix: y = x W^T, a few rows against all packed outputs at a time.

typedef float four __attribute__((vector_size(16)));
typedef uint16_t four_halves __attribute__((vector_size(8)));
typedef uint32_t four_words __attribute__((vector_size(16)));

/// Four numbers of a stored row as floats.
PX_INLINE four widen4(const char *source, px_format format) {
  if (format == PX_FLOAT32) {
    four numbers;
    memcpy(&numbers, source, 16);
    return numbers;
  }
  four_halves halves;
  memcpy(&halves, source, 8);
  if (format == PX_BFLOAT16) return (four)(__builtin_convertvector(halves, four_words) << 16);
  four numbers;
  for (int i = 0; i < 4; ++i) numbers[i] = half_to_float(halves[i]);
  return numbers;
}

/// Four depths of four outputs, turned so that outputs lie side by side.
PX_INLINE void pack4x4(const char *source, ptrdiff_t row_bytes, px_format format, float *packed) {
  const four a = widen4(source, format), b = widen4(source + row_bytes, format);
  const four c = widen4(source + 2 * row_bytes, format), d = widen4(source + 3 * row_bytes, format);
  const four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const four ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const four cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  const four rows[4] = {__builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
                        __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
  for (int i = 0; i < 4; ++i) memcpy(packed + i * PANEL, &rows[i], 16);
}

PX_INLINE void pack_format(const char *weights, const px_format format, ptrdiff_t outputs,
                           ptrdiff_t depth, float *packed) {
  const ptrdiff_t size = format == PX_FLOAT32 ? 4 : 2, row = depth * size;
  for (ptrdiff_t panel = 0; panel < outputs; panel += PANEL, packed += depth * PANEL) {
    const ptrdiff_t count = outputs - panel < PANEL ? outputs - panel : PANEL;
    const char *source = weights + panel * row;
    ptrdiff_t whole = 0;
    if (count == PANEL)
      for (; whole + 4 <= depth; whole += 4)
        for (ptrdiff_t o = 0; o < PANEL; o += 4)
          pack4x4(source + o * row + whole * size, row, format, packed + whole * PANEL + o);
    for (ptrdiff_t i = whole; i < depth; ++i)
      for (ptrdiff_t o = 0; o < PANEL; ++o) {
        char number[16] = {0};
        if (o < count) memcpy(number, source + o * row + i * size, (size_t)size);
        packed[i * PANEL + o] = widen4(number, format)[0];
      }
  }
}

static void pack_weights(const void *weights, px_format format, ptrdiff_t outputs,
                         ptrdiff_t depth, float *packed) {
  // A constant format in each call, so that the inner loops have no branch.
  switch (format) {
    case PX_FLOAT16: pack_format(weights, PX_FLOAT16, outputs, depth, packed); break;
    case PX_BFLOAT16: pack_format(weights, PX_BFLOAT16, outputs, depth, packed); break;
    default: pack_format(weights, PX_FLOAT32, outputs, depth, packed);
  }
}

/// Writes or adds one vector of n outputs.
PX_INLINE void finish_product(const px_product *p, float *y, vfloat v, ptrdiff_t output,
                              ptrdiff_t n) {
  if (p->adds) {
    if (n >= PX_LANES) {
      if (p->bias) v += load(p->bias + output);
      if (p->gate) v *= load(p->gate + output);
      store(y, load(y) + v);
    } else {
      if (p->bias) v += load_part(p->bias + output, n);
      if (p->gate) v *= load_part(p->gate + output, n);
      store_part(y, load_part(y, n) + v, n);
    }
  } else {
    finish(y, v, p->bias ? p->bias + output : 0, 0, n, p->activation);
  }
}

/// Multiplies the first product by its scales where there are some.
PX_INLINE void scale_main(const px_product *p, vfloat sum[PIXELS][PX_COLUMNS], ptrdiff_t column,
                          const int columns) {
  if (!p->main_scales) return;
  IN_FULL for (int j = 0; j < columns; ++j) {
    const vfloat scale = load(p->main_scales + column + j * PX_LANES);
    IN_FULL for (int r = 0; r < PIXELS; ++r) sum[r][j] *= scale;
  }
}

/// Adds the second product, of floats.
PX_INLINE void add_side(const px_product *p, vfloat sum[PIXELS][PX_COLUMNS], ptrdiff_t row,
                        ptrdiff_t count, ptrdiff_t column, const int columns) {
  const float *rows[PIXELS];
  for (ptrdiff_t r = 0; r < PIXELS; ++r)
    rows[r] = (const float *)p->side_input + (row + (r < count ? r : count - 1)) * p->side_stride;
  const ptrdiff_t stride = p->side_depth * PANEL;
  scale_main(p, sum, column, columns);
  accumulate(sum, rows, p->side_depth, panel_at(p->side_weights, stride, column), stride, columns);
}

PX_INLINE void multiply_columns(const px_product *p, const float *const *rows, ptrdiff_t row,
                                ptrdiff_t count, ptrdiff_t column, const int columns) {
  vfloat sum[PIXELS][PX_COLUMNS] = {0};
  const ptrdiff_t stride = p->depth * PANEL;
  accumulate(sum, rows, p->depth, panel_at(p->weights, stride, column), stride, columns);
  if (p->side_depth) add_side(p, sum, row, count, column, columns);
  for (ptrdiff_t r = 0; r < count; ++r) {
    float *y = p->output + (row + r) * p->output_stride + column;
    for (int j = 0; j < columns && column + j * PX_LANES < p->outputs; ++j)
      finish_product(p, y + j * PX_LANES, sum[r][j], column + j * PX_LANES,
                     p->outputs - column - j * PX_LANES);
  }
}

static void multiply_float_rows(const px_product *p, ptrdiff_t first, ptrdiff_t count) {
  const ptrdiff_t padded = (p->outputs + PANEL - 1) / PANEL * PANEL;
  // All rows meet one group of outputs before the next: its weights stay in the cache.
  for (ptrdiff_t column = 0; column < padded;) {
    const int columns = next_columns((padded - column) / PX_LANES);
    for (ptrdiff_t row = first; row < first + count; row += PIXELS) {
      if (is_raised(p->stop)) return;
      const ptrdiff_t rows = first + count - row < PIXELS ? first + count - row : PIXELS;
      const float *pointers[PIXELS];
      // Past the last row it is repeated; what comes out is not stored.
      for (ptrdiff_t r = 0; r < PIXELS; ++r)
        pointers[r] =
            (const float *)p->input + (row + (r < rows ? r : rows - 1)) * p->input_stride;
      WITH_COLUMNS(columns, multiply_columns(p, pointers, row, rows, column, width));
    }
    column += columns * PX_LANES;
  }
}
