// Convolution without im2col: for each output pixel and tap a pointer to the input pixel's
// channels, or to zeros outside the picture; the product walks the pointers.

static void pack_filters(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t taps,
                         float *packed) {
  for (ptrdiff_t o = 0; o < PANEL; ++o)
    for (ptrdiff_t i = 0; i < inputs; ++i)
      for (ptrdiff_t t = 0; t < taps; ++t)
        packed[(t * inputs + i) * PANEL + o] =
            o < outputs ? filters[(o * inputs + i) * taps + t] : 0;
}

/// The channels of a pixel, counted in the picture after upsampling, or zeros outside of it.
PX_INLINE const float *pixel_at(const px_picture *picture, ptrdiff_t y, ptrdiff_t x,
                                const float *zeros) {
  if (y < 0 || x < 0) return zeros;
  y /= picture->upsampling;
  x /= picture->upsampling;
  if (y >= picture->height || x >= picture->width) return zeros;
  return picture->pixels + (y * picture->width + x) * picture->channels;
}

/// Outputs [column, column + columns vectors) of `count` pixels, six at a time.
PX_INLINE void convolve_columns(const px_convolution *c, ptrdiff_t first, ptrdiff_t count,
                                const float *const *table, ptrdiff_t column, const int columns) {
  const ptrdiff_t taps = c->kernel * c->kernel, inputs = c->input.channels;
  const ptrdiff_t panel_stride = taps * inputs * PANEL;
  const float *weights = panel_at(c->weights, panel_stride, column);
  for (ptrdiff_t p = 0; p < count; p += PIXELS) {
    vfloat sum[PIXELS][PX_COLUMNS] = {0};
    for (ptrdiff_t t = 0; t < taps; ++t)
      accumulate(sum, table + (p * taps + t * PIXELS), inputs, weights + t * inputs * PANEL,
                 panel_stride, columns);
    for (ptrdiff_t r = 0; r < PIXELS && p + r < count; ++r) {
      const ptrdiff_t offset = (first + p + r) * c->outputs;
      for (int j = 0; j < columns; ++j) {
        const ptrdiff_t o = column + j * PX_LANES;
        if (o >= c->outputs) break;
        finish(c->output + offset + o, sum[r][j], c->bias ? c->bias + o : 0,
               c->residual ? c->residual + offset + o : 0, c->outputs - o, c->activation);
      }
    }
  }
}

static void convolve(const px_convolution *c, ptrdiff_t first, ptrdiff_t count, void *scratch) {
  const ptrdiff_t taps = c->kernel * c->kernel;
  const float **table = scratch;  // [groups of pixels, taps, PIXELS]
  float *zeros = (float *)(table + (PX_CONVOLUTION_TILE + PIXELS) * taps);
  for (ptrdiff_t i = 0; i < c->input.channels; ++i) zeros[i] = 0;
  for (ptrdiff_t p = 0; p < (count + PIXELS - 1) / PIXELS * PIXELS; ++p) {
    // Past the last pixel it is repeated; what comes out is not stored.
    const ptrdiff_t pixel = first + (p < count ? p : count - 1);
    const ptrdiff_t y = pixel / c->output_width * c->stride - c->pad;
    const ptrdiff_t x = pixel % c->output_width * c->stride - c->pad;
    const float **entry = table + p / PIXELS * PIXELS * taps + p % PIXELS;
    for (ptrdiff_t t = 0; t < taps; ++t)
      entry[t * PIXELS] = pixel_at(&c->input, y + t / c->kernel, x + t % c->kernel, zeros);
  }
  const ptrdiff_t padded = (c->outputs + PANEL - 1) / PANEL * PANEL;
  for (ptrdiff_t column = 0; column < padded;) {
    if (is_raised(c->stop)) return;
    const int columns = next_columns((padded - column) / PX_LANES);
    WITH_COLUMNS(columns, convolve_columns(c, first, count, table, column, width));
    column += columns * PX_LANES;
  }
}
