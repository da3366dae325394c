// Rows of floats to bfloat16 and to 8-bit integers.

typedef uint16_t half_lanes __attribute__((vector_size(PX_LANES * 2)));
typedef uint8_t byte_lanes __attribute__((vector_size(PX_LANES)));
typedef uint32_t vuint __attribute__((vector_size(PX_LANES * 4)));

/// The nearest bfloat16 of each lane, ties to even, in the lower half of the lane.
PX_INLINE vuint round_to_bfloat16(vfloat v) {
  const vuint bits = (vuint)v;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

static void narrow_rows(const float *x, ptrdiff_t x_stride, uint16_t *y, ptrdiff_t y_stride,
                        ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; ++r, x += x_stride, y += y_stride) {
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= columns; c += PX_LANES) {
      const half_lanes halves =
          __builtin_convertvector(round_to_bfloat16(load(x + c)), half_lanes);
      memcpy(y + c, &halves, sizeof halves);
    }
    if (c < columns) {
      const half_lanes halves =
          __builtin_convertvector(round_to_bfloat16(load_part(x + c, columns - c)), half_lanes);
      memcpy(y + c, &halves, (size_t)(columns - c) * 2);
    }
    for (c = columns; c < y_stride; ++c) y[c] = 0;
  }
}

PX_INLINE vfloat magnitude(vfloat v) { return (vfloat)((vint)v & 0x7fffffff); }

PX_INLINE float largest_magnitude(const float *x, ptrdiff_t count) {
  vfloat top = {0};
  ptrdiff_t c = 0;
  for (; c + PX_LANES <= count; c += PX_LANES) top = vmax(top, magnitude(load(x + c)));
  if (c < count) top = vmax(top, magnitude(load_part(x + c, count - c)));
  float largest = 0;
  for (int i = 0; i < PX_LANES; ++i) largest = top[i] > largest ? top[i] : largest;
  return largest;
}

/// The nearest whole numbers, ties to even; magnitudes are below 2^22.
PX_INLINE vint rounded(vfloat x) {
  // Adding 1.5 * 2^23 rounds to the nearest whole number, which the lower bits then are.
  return (vint)(x + 12582912.0f) - 0x4b400000;
}

/// round(x * factor) + 128 in each lane; x * factor is within -127...127.
PX_INLINE byte_lanes quantised(vfloat x, float factor) {
  return __builtin_convertvector(rounded(x * factor) + 128, byte_lanes);
}

static void quantise_rows(const float *x, ptrdiff_t x_stride, uint8_t *y, ptrdiff_t y_stride,
                          float *scales, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; ++r, x += x_stride, y += y_stride) {
    const float top = largest_magnitude(x, columns);
    // A row of zeros, or of numbers too small for a reciprocal, is one of zeros.
    const float factor = top > 1e-36f ? 127.0f / top : 0.0f;
    scales[r] = top / 127.0f;
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= columns; c += PX_LANES) {
      const byte_lanes bytes = quantised(load(x + c), factor);
      memcpy(y + c, &bytes, sizeof bytes);
    }
    if (c < columns) {
      const byte_lanes bytes = quantised(load_part(x + c, columns - c), factor);
      memcpy(y + c, &bytes, (size_t)(columns - c));
    }
    // Weights are zero there, so what stands here does not count.
    for (c = columns; c < y_stride; ++c) y[c] = 128;
  }
}
