// Row normalisation: two passes over a row that stays in the first-level cache.

PX_INLINE float row_sum(const float *x, ptrdiff_t columns) {
  vfloat sum = {0};
  ptrdiff_t c = 0;
  for (; c + PX_LANES <= columns; c += PX_LANES) sum += load(x + c);
  if (c < columns) sum += load_part(x + c, columns - c);
  return lane_sum(sum);
}

/// Sum of (x - center)^2.
PX_INLINE float row_squares(const float *x, ptrdiff_t columns, float center) {
  vfloat sum = {0};
  ptrdiff_t c = 0;
  for (; c + PX_LANES <= columns; c += PX_LANES) {
    const vfloat d = load(x + c) - center;
    sum += d * d;
  }
  float rest = 0;
  for (; c < columns; ++c) rest += (x[c] - center) * (x[c] - center);
  return lane_sum(sum) + rest;
}

static void layer_norm(const float *x, const float *scale, const float *shift, float *y,
                       ptrdiff_t rows, ptrdiff_t columns, float epsilon) {
  for (ptrdiff_t r = 0; r < rows; ++r, x += columns, y += columns) {
    const float mean = row_sum(x, columns) / (float)columns;
    const float variance = row_squares(x, columns, mean) / (float)columns;
    const float factor = 1.0f / sqrtf(variance + epsilon);
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= columns; c += PX_LANES)
      store(y + c, (load(x + c) - mean) * factor * (load(scale + c) + 1.0f) + load(shift + c));
    for (; c < columns; ++c) y[c] = (x[c] - mean) * factor * (1.0f + scale[c]) + shift[c];
  }
}

static void rms_norm(const float *x, const float *weight, float *y, ptrdiff_t rows,
                     ptrdiff_t columns, float epsilon) {
  for (ptrdiff_t r = 0; r < rows; ++r, x += columns, y += columns) {
    const float squares = row_squares(x, columns, 0) / (float)columns;
    const float factor = 1.0f / sqrtf(squares + epsilon);
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= columns; c += PX_LANES)
      store(y + c, load(x + c) * factor * load(weight + c));
    for (; c < columns; ++c) y[c] = x[c] * factor * weight[c];
  }
}
