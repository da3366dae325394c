// The most multiply-adds the processor can do: independent sums that never leave registers.

enum { PEAK_SUMS = 8 };

static float multiply_add_floats(ptrdiff_t rounds) {
  vfloat sums[PEAK_SUMS];
  for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = splat(1.0f + 0.001f * (float)i);
  const vfloat factor = splat(0.999f), term = splat(0.001f);
  for (ptrdiff_t r = 0; r < rounds; ++r)
    for (int repeat = 0; repeat < 2; ++repeat)
      for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = sums[i] * factor + term;
  vfloat total = {0};
  for (int i = 0; i < PEAK_SUMS; ++i) total += sums[i];
  return lane_sum(total);
}

static float multiply_add_pairs(ptrdiff_t rounds) {
  vfloat sums[PEAK_SUMS];
  for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = splat((float)i);
  // 0.0078125 twice.
  const vint factor = 0x3c003c00 - (vint){0};
  for (ptrdiff_t r = 0; r < rounds; ++r)
    for (int repeat = 0; repeat < 2; ++repeat)
      for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = dot_pairs(sums[i], factor, factor);
  vfloat total = {0};
  for (int i = 0; i < PEAK_SUMS; ++i) total += sums[i];
  return lane_sum(total);
}

static float multiply_add_quads(ptrdiff_t rounds) {
  vint sums[PEAK_SUMS];
  for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = i - (vint){0};
  const vint factor = 0x01000100 - (vint){0};
  for (ptrdiff_t r = 0; r < rounds; ++r)
    for (int repeat = 0; repeat < 2; ++repeat)
      for (int i = 0; i < PEAK_SUMS; ++i) sums[i] = dot_quads(sums[i], factor, factor);
  vint total = {0};
  for (int i = 0; i < PEAK_SUMS; ++i) total += sums[i];
  return lane_sum(__builtin_convertvector(total, vfloat));
}

static float multiply_add(px_format format, ptrdiff_t rounds) {
  switch (format) {
    case PX_BFLOAT16: return multiply_add_pairs(rounds);
    case PX_INT8: return multiply_add_quads(rounds);
    default: return multiply_add_floats(rounds);
  }
}
