// Group normalisation of [pixels, channels] maps.

enum { NORM_TILE = 32 };

/// target[c] = sum over pixels of (x[p, c] - center[c])^power, power 1 or 2.
PX_INLINE void channel_sums(const float *x, ptrdiff_t pixels, ptrdiff_t channels,
                            const float *center, float *target, const int power) {
  for (ptrdiff_t c = 0; c < channels; c += PX_LANES) {
    const ptrdiff_t n = channels - c < PX_LANES ? channels - c : PX_LANES;
    const vfloat middle = n == PX_LANES ? load(center + c) : load_part(center + c, n);
    vfloat sum = {0};
    for (ptrdiff_t p = 0; p < pixels; ++p) {
      const float *at = x + p * channels + c;
      const vfloat d = (n == PX_LANES ? load(at) : load_part(at, n)) - middle;
      sum += power == 2 ? d * d : d;
    }
    store_part(target + c, sum, n);
  }
}

static void group_moments(const float *x, ptrdiff_t pixels, ptrdiff_t channels, ptrdiff_t groups,
                          double *mean, double *squares, float *scratch) {
  const ptrdiff_t size = channels / groups;
  float *center = scratch, *sums = scratch + channels;
  for (ptrdiff_t g = 0; g < groups; ++g) mean[g] = squares[g] = 0;
  // Tiles small enough for single precision and the cache, joined in double precision.
  for (ptrdiff_t first = 0; first < pixels; first += NORM_TILE, x += NORM_TILE * channels) {
    const ptrdiff_t count = pixels - first < NORM_TILE ? pixels - first : NORM_TILE;
    const double n = (double)(count * size), before = (double)(first * size);
    for (ptrdiff_t c = 0; c < channels; ++c) center[c] = (float)mean[c / size];
    channel_sums(x, count, channels, center, sums, 1);
    for (ptrdiff_t g = 0; g < groups; ++g) {
      double sum = 0;
      for (ptrdiff_t c = g * size; c < (g + 1) * size; ++c) sum += (double)sums[c];
      const double tile = (double)center[g * size] + sum / n, shift = tile - mean[g];
      mean[g] += shift * (n / (before + n));
      squares[g] += shift * shift * (before * n / (before + n));
      for (ptrdiff_t c = g * size; c < (g + 1) * size; ++c) center[c] = (float)tile;
    }
    channel_sums(x, count, channels, center, sums, 2);
    for (ptrdiff_t c = 0; c < channels; ++c) squares[c / size] += (double)sums[c];
  }
}

PX_INLINE void scale_channels_as(const float *x, const float *mean, const float *scale,
                                 const float *shift, float *y, ptrdiff_t pixels,
                                 ptrdiff_t channels, px_activation activation) {
  for (ptrdiff_t p = 0; p < pixels; ++p, x += channels, y += channels) {
    ptrdiff_t c = 0;
    for (; c + PX_LANES <= channels; c += PX_LANES)
      store(y + c, activate((load(x + c) - load(mean + c)) * load(scale + c) + load(shift + c),
                            activation));
    if (c < channels) {
      const ptrdiff_t n = channels - c;
      const vfloat v = (load_part(x + c, n) - load_part(mean + c, n)) * load_part(scale + c, n);
      store_part(y + c, activate(v + load_part(shift + c, n), activation), n);
    }
  }
}

static void scale_channels(const float *x, const float *mean, const float *scale,
                           const float *shift, float *y, ptrdiff_t pixels, ptrdiff_t channels,
                           px_activation activation) {
  switch (activation) {
    case PX_GELU_TANH:
      scale_channels_as(x, mean, scale, shift, y, pixels, channels, PX_GELU_TANH);
      break;
    case PX_SILU: scale_channels_as(x, mean, scale, shift, y, pixels, channels, PX_SILU); break;
    case PX_RELU: scale_channels_as(x, mean, scale, shift, y, pixels, channels, PX_RELU); break;
    default: scale_channels_as(x, mean, scale, shift, y, pixels, channels, PX_IDENTITY);
  }
}
