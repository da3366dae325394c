// Products with weights packed in panels of 16 outputs: [panel, depth, 16].
//
// A few rows of activations meet as many outputs as fit in registers; sums never leave them.

enum { PANEL = PX_PANEL, PIXELS = PX_ROWS };

/// The loop after it has few rounds, known to the compiler, that index arrays of vectors; only
/// written out in full do they stay in registers.
#define IN_FULL _Pragma("clang loop unroll(full)")

/// Vectors of outputs to take next where `left` are left: at most as many as fit in registers, and
/// about as many each time, because few keep the processor waiting for sums.
PX_INLINE int next_columns(ptrdiff_t left) {
  const ptrdiff_t steps = (left + PX_COLUMNS - 1) / PX_COLUMNS;
  return (int)((left + steps - 1) / steps);
}

/// Does something with a constant `width` that is `columns`.
#define WITH_COLUMNS(columns, something)                       \
  do {                                                         \
    if ((columns) == PX_COLUMNS) {                             \
      const int width = PX_COLUMNS;                            \
      something;                                               \
    } else if ((columns) == PX_COLUMNS - 1) {                  \
      const int width = PX_COLUMNS - 1;                        \
      something;                                               \
    } else if (PX_COLUMNS > 3 && (columns) == PX_COLUMNS - 2) {\
      const int width = PX_COLUMNS - 2;                        \
      something;                                               \
    } else if (PX_COLUMNS > 4 && (columns) == PX_COLUMNS - 3) {\
      const int width = PX_COLUMNS - 3;                        \
      something;                                               \
    } else {                                                   \
      const int width = 1;                                     \
      something;                                               \
    }                                                          \
  } while (0)

/// sum[r, j] += rows[r][i] * weights[i, vector j] for all i < depth.
/// Vector j begins `j * PX_LANES` outputs after the first; panels are `panel_stride` floats apart.
PX_INLINE void accumulate(vfloat sum[PIXELS][PX_COLUMNS], const float *const *rows,
                          ptrdiff_t depth, const float *weights, ptrdiff_t panel_stride,
                          const int columns) {
  // Sums that the caller's loops index would be stored at every step.
  vfloat s[PIXELS][PX_COLUMNS];
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j) s[r][j] = sum[r][j];
#pragma clang loop unroll_count(2)
  for (ptrdiff_t i = 0; i < depth; ++i) {
    vfloat w[PX_COLUMNS];
    IN_FULL for (int j = 0; j < columns; ++j)
      w[j] = load(weights + j * PX_LANES / PANEL * panel_stride + j * PX_LANES % PANEL + i * PANEL);
    IN_FULL for (int r = 0; r < PIXELS; ++r) {
      const vfloat x = splat(rows[r][i]);
      IN_FULL for (int j = 0; j < columns; ++j) s[r][j] += x * w[j];
    }
  }
  IN_FULL for (int r = 0; r < PIXELS; ++r)
    IN_FULL for (int j = 0; j < columns; ++j) sum[r][j] = s[r][j];
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
