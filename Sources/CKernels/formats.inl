// 16-bit floats to 32 bits, exactly.

/// One IEEE half, subnormals, infinities and NaN included.
PX_INLINE float half_to_float(uint16_t h) {
  const uint32_t sign = (uint32_t)(h & 0x8000) << 16;
  const uint32_t magnitude = h & 0x7fff;
  uint32_t bits;
  if (magnitude >= 0x7c00) {
    bits = sign | 0x7f800000 | (magnitude & 0x3ff) << 13;
  } else if (magnitude >= 0x0400) {
    bits = sign | ((magnitude << 13) + 0x38000000);
  } else {
    // A subnormal is its whole number times 2^-24.
    const float value = (float)magnitude * 0x1p-24f;
    memcpy(&bits, &value, 4);
    bits |= sign;
  }
  float result;
  memcpy(&result, &bits, 4);
  return result;
}

static void widen_float16(const void *source, float *target, ptrdiff_t count) {
  const char *bytes = source;
  ptrdiff_t i = 0;
#if PX_F16C
  for (; i + 8 <= count; i += 8) {
    __m128i halves;
    memcpy(&halves, bytes + 2 * i, 16);
    _mm256_storeu_ps(target + i, _mm256_cvtph_ps(halves));
  }
#endif
  for (; i < count; ++i) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, 2);
    target[i] = half_to_float(half);
  }
}

static void widen_bfloat16(const void *source, float *target, ptrdiff_t count) {
  const char *bytes = source;
  for (ptrdiff_t i = 0; i < count; ++i) {
    uint16_t upper;
    memcpy(&upper, bytes + 2 * i, 2);
    const uint32_t bits = (uint32_t)upper << 16;
    memcpy(target + i, &bits, 4);
  }
}
