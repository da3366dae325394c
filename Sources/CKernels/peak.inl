// The most multiply-adds the processor can do: independent sums that never leave registers.

enum { PEAK_SUMS = 8 };

static float multiply_add(ptrdiff_t rounds) {
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
