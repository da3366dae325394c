// Products with weights packed in panels of 16 outputs: [panel, depth, 16].
//
// Six rows of activations meet as many outputs as fit in registers; sums never leave them.

enum { PANEL = PX_PANEL, PIXELS = 6, WIDE = PX_LANES * PX_COLUMNS };

/// sum[r, j] += rows[r][i] * weights[i, vector j] for all i < depth.
/// Vector j begins `j * PX_LANES` outputs after the first; panels are `panel_stride` floats apart.
PX_INLINE void accumulate(vfloat sum[PIXELS][PX_COLUMNS], const float *const *rows,
                          ptrdiff_t depth, const float *weights, ptrdiff_t panel_stride,
                          const int columns) {
  const float *a0 = rows[0], *a1 = rows[1], *a2 = rows[2];
  const float *a3 = rows[3], *a4 = rows[4], *a5 = rows[5];
#pragma unroll 4
  for (ptrdiff_t i = 0; i < depth; ++i) {
    vfloat w[PX_COLUMNS];
    for (int j = 0; j < columns; ++j)
      w[j] = load(weights + j * PX_LANES / PANEL * panel_stride + j * PX_LANES % PANEL + i * PANEL);
    const vfloat x0 = splat(a0[i]), x1 = splat(a1[i]), x2 = splat(a2[i]);
    for (int j = 0; j < columns; ++j) sum[0][j] += x0 * w[j];
    for (int j = 0; j < columns; ++j) sum[1][j] += x1 * w[j];
    for (int j = 0; j < columns; ++j) sum[2][j] += x2 * w[j];
    const vfloat x3 = splat(a3[i]), x4 = splat(a4[i]), x5 = splat(a5[i]);
    for (int j = 0; j < columns; ++j) sum[3][j] += x3 * w[j];
    for (int j = 0; j < columns; ++j) sum[4][j] += x4 * w[j];
    for (int j = 0; j < columns; ++j) sum[5][j] += x5 * w[j];
  }
}

/// Where the weights of output `column` begin.
PX_INLINE const float *panel_at(const float *weights, ptrdiff_t panel_stride, ptrdiff_t column) {
  return weights + column / PANEL * panel_stride + column % PANEL;
}

/// activation(v + bias + residual) for n outputs of one pixel; bias and residual may be null.
PX_INLINE void finish(float *y, vfloat v, const float *bias, const float *residual, ptrdiff_t n,
                      px_activation activation) {
  if (n >= PX_LANES) {
    if (bias) v += load(bias);
    if (residual) v += load(residual);
    store(y, activate(v, activation));
  } else {
    if (bias) v += load_part(bias, n);
    if (residual) v += load_part(residual, n);
    store_part(y, activate(v, activation), n);
  }
}
