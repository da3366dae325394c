// Elementwise work around the products.

/// 0.5 v (1 + tanh(u)) = v / (1 + e^(-2u)), u = sqrt(2 / pi) (v + 0.044715 v^3).
PX_INLINE vfloat gelu_tanh(vfloat v) {
  const vfloat u = v * (v * v * 0.044715f + 1.0f) * 0.7978845608028654f;
  return v / (vexp(u * -2.0f) + 1.0f);
}

PX_INLINE vfloat silu(vfloat v) { return v / (vexp(-v) + 1.0f); }

PX_INLINE vfloat activate(vfloat v, px_activation activation) {
  switch (activation) {
    case PX_GELU_TANH: return gelu_tanh(v);
    case PX_SILU: return silu(v);
    case PX_RELU: return vmax(v, splat(0));
    default: return v;
  }
}

PX_INLINE void bias_activation_rows(float *y, ptrdiff_t stride, const float *bias, ptrdiff_t rows,
                                    ptrdiff_t columns, px_activation activation) {
  for (ptrdiff_t r = 0; r < rows; ++r, y += stride) {
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= columns; c += PX_LANES) {
      const vfloat b = bias ? load(bias + c) : splat(0);
      store(y + c, activate(load(y + c) + b, activation));
    }
    if (c < columns) {
      const vfloat b = bias ? load_part(bias + c, columns - c) : splat(0);
      store_part(y + c, activate(load_part(y + c, columns - c) + b, activation), columns - c);
    }
  }
}

static void bias_activation(float *y, ptrdiff_t stride, const float *bias, ptrdiff_t rows,
                            ptrdiff_t columns, px_activation activation) {
  // A constant activation in each call, so that the inner loops have no branch.
  switch (activation) {
    case PX_GELU_TANH: bias_activation_rows(y, stride, bias, rows, columns, PX_GELU_TANH); break;
    case PX_SILU: bias_activation_rows(y, stride, bias, rows, columns, PX_SILU); break;
    case PX_RELU: bias_activation_rows(y, stride, bias, rows, columns, PX_RELU); break;
    default:
      if (bias) bias_activation_rows(y, stride, bias, rows, columns, PX_IDENTITY);
  }
}

static void add(float *x, const float *y, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; ++i) x[i] += y[i];
}

static void multiply(float *x, const float *y, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; ++i) x[i] *= y[i];
}
