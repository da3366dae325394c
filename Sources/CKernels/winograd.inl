// The products of Winograd's filtering, of floats or of bfloat16; sums are floats.

/// sum[r, j] = rows[r] * weights[vector j], for floats or bfloat16; `words` are 32 bits each.
PX_INLINE void component_sums(vfloat sum[PIXELS][PX_COLUMNS], const char *const *rows,
                              ptrdiff_t words, const char *weights, ptrdiff_t panel_stride,
                              const int columns, const px_format format) {
  vfloat s[PIXELS][PX_COLUMNS];
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j) s[r][j] = splat(0);
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < words; ++i) {
    vint w[PX_COLUMNS];
    IN_FULL for (int j = 0; j < columns; ++j)
      w[j] = load_int(weights + j * PX_LANES / PANEL * panel_stride +
                      (j * PX_LANES % PANEL + i * PANEL) * 4);
    IN_FULL for (int r = 0; r < PIXELS; ++r) {
      const vint x = splat_word(rows[r] + 4 * i);
      IN_FULL for (int j = 0; j < columns; ++j) {
        if (format == PX_BFLOAT16)
          s[r][j] = dot_pairs(s[r][j], x, w[j]);
        else
          s[r][j] += (vfloat)x * (vfloat)w[j];
      }
    }
  }
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j) sum[r][j] = s[r][j];
}

/// products[row, vectors from `column` on] = transformed input rows times one component's weights.
PX_INLINE void component_columns(const char *input, ptrdiff_t rows, ptrdiff_t words,
                                 const char *weights, ptrdiff_t panel_stride, float *products,
                                 const int columns, const px_format format) {
  for (ptrdiff_t r = 0; r < rows; r += PIXELS) {
    const char *pointers[PIXELS];
    for (int i = 0; i < PIXELS; ++i) pointers[i] = input + (r + i) * words * 4;
    vfloat sum[PIXELS][PX_COLUMNS];
    component_sums(sum, pointers, words, weights, panel_stride, columns, format);
    IN_FULL for (int i = 0; i < PIXELS; ++i)
      IN_FULL for (int j = 0; j < columns; ++j)
        store(products + (r + i) * CHUNK + j * PX_LANES, sum[i][j]);
  }
}

PX_INLINE void winograd_in(const px_format format, const px_convolution *c, ptrdiff_t first,
                           ptrdiff_t count, float *scratch) {
  const ptrdiff_t inputs = c->input.channels;
  const ptrdiff_t words = format == PX_BFLOAT16 ? (inputs + 1) / 2 : inputs;
  const ptrdiff_t rows = (count + PIXELS - 1) / PIXELS * PIXELS;
  // An odd cache line between components, or all 36 would fall on the same lines of the cache.
  const ptrdiff_t input_stride = rows * words + 16, product_stride = rows * CHUNK + 16;
  char *input = (char *)scratch;
  float *products = scratch + COMPONENTS * input_stride;
  float *zeros = products + COMPONENTS * product_stride;
  for (ptrdiff_t i = 0; i < inputs; ++i) zeros[i] = 0;
  // Past the last tile it is repeated; what comes out is not used.
  for (ptrdiff_t t = 0; t < rows; ++t)
    input_tile(c, first + (t < count ? t : count - 1), zeros, input + t * words * 4,
               input_stride * 4, format);

  const ptrdiff_t component = words * PANEL * 4, panel_stride = COMPONENTS * component;
  for (ptrdiff_t begin = 0; begin < c->outputs; begin += CHUNK) {
    if (is_raised(c->stop)) return;
    const ptrdiff_t outputs = c->outputs - begin < CHUNK ? c->outputs - begin : CHUNK;
    const ptrdiff_t padded = (outputs + PANEL - 1) / PANEL * PANEL;
    for (int k = 0; k < COMPONENTS; ++k) {
      const char *weights = (const char *)c->weights + k * component;
      for (ptrdiff_t column = 0; column < padded;) {
        const int columns = next_columns((padded - column) / PX_LANES);
        const ptrdiff_t output = begin + column;
        WITH_COLUMNS(columns, component_columns(input + k * input_stride * 4, rows, words,
                                                weights + output / PANEL * panel_stride +
                                                    output % PANEL * 4,
                                                panel_stride,
                                                products + k * product_stride + column, width,
                                                format));
        column += columns * PX_LANES;
      }
    }
    for (ptrdiff_t t = 0; t < count; ++t)
      output_tile(c, first + t, products + t * CHUNK, product_stride, begin, outputs);
  }
}

static void winograd(const px_convolution *c, ptrdiff_t first, ptrdiff_t count, float *scratch) {
  if (c->format == PX_BFLOAT16)
    winograd_in(PX_BFLOAT16, c, first, count, scratch);
  else
    winograd_in(PX_FLOAT32, c, first, count, scratch);
}
