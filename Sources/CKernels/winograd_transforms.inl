// 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs. Its
// transforms, all in floats: those of filters and input round what they give if products are narrow.
//
// Interpolation points are 0, +-2/3, +-3/2 and infinity: their products are 1, which keeps the
// transforms short, and they round better than the usual 0, +-1, +-2.
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks"; for the choice of points
// Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution".

enum { SPAN = PX_WINOGRAD_SPAN, OUT = PX_WINOGRAD_OUT, COMPONENTS = SPAN * SPAN, CHUNK = 64 };

#define POINT_A (2.0f / 3.0f)
#define POINT_B (3.0f / 2.0f)
#define A2 (4.0f / 9.0f)
#define B2 (9.0f / 4.0f)
#define A3 (8.0f / 27.0f)
#define B3 (27.0f / 8.0f)
/// a^2 + b^2
#define AB2 (97.0f / 36.0f)

/// Six input values of a row (or column) to six components.
PX_INLINE void input_row(const vfloat d[SPAN], vfloat v[SPAN]) {
  const vfloat even_a = d[4] - d[2] * B2, odd_a = d[3] * POINT_A - d[1] * POINT_B;
  const vfloat even_b = d[4] - d[2] * A2, odd_b = d[3] * POINT_B - d[1] * POINT_A;
  v[0] = d[0] - d[2] * AB2 + d[4];
  v[1] = even_a + odd_a;
  v[2] = even_a - odd_a;
  v[3] = even_b + odd_b;
  v[4] = even_b - odd_b;
  v[5] = d[1] - d[3] * AB2 + d[5];
}

/// Three filter taps to six components.
PX_INLINE void filter_row(const vfloat g[3], vfloat u[SPAN]) {
  // 1 / (2 a^2 (a^2 - b^2)) and 1 / (2 b^2 (b^2 - a^2))
  const float scale_a = -81.0f / 130.0f, scale_b = 8.0f / 65.0f;
  const vfloat even_a = (g[0] + g[2] * A2) * scale_a, odd_a = g[1] * (POINT_A * scale_a);
  const vfloat even_b = (g[0] + g[2] * B2) * scale_b, odd_b = g[1] * (POINT_B * scale_b);
  u[0] = g[0];
  u[1] = even_a + odd_a;
  u[2] = even_a - odd_a;
  u[3] = even_b + odd_b;
  u[4] = even_b - odd_b;
  u[5] = g[2];
}

/// Six components to four outputs.
PX_INLINE void output_row(const vfloat m[SPAN], vfloat y[OUT]) {
  const vfloat even_a = m[1] + m[2], odd_a = m[1] - m[2];
  const vfloat even_b = m[3] + m[4], odd_b = m[3] - m[4];
  y[0] = m[0] + even_a + even_b;
  y[1] = odd_a * POINT_A + odd_b * POINT_B;
  y[2] = even_a * A2 + even_b * B2;
  y[3] = odd_a * A3 + odd_b * B3 + m[5];
}

/// The taps of one input of up to 16 filters `[outputs, inputs, 9]`; zeros for others.
PX_INLINE void gather_taps(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs,
                           ptrdiff_t input, float taps[9][PANEL]) {
  for (ptrdiff_t o = 0; o < PANEL; ++o)
    for (int t = 0; t < 9; ++t)
      taps[t][o] = o < outputs && input < inputs ? filters[(o * inputs + input) * 9 + t] : 0;
}

PX_INLINE void filter_components(const float taps[9][PANEL], int o, vfloat u[COMPONENTS]) {
  vfloat half[3][SPAN];
  for (int t = 0; t < 3; ++t) {
    const vfloat column[3] = {load(taps[t] + o), load(taps[3 + t] + o), load(taps[6 + t] + o)};
    filter_row(column, half[t]);
  }
  for (int r = 0; r < SPAN; ++r) {
    const vfloat row[3] = {half[0][r], half[1][r], half[2][r]};
    filter_row(row, u + r * SPAN);
  }
}

static void float_filters(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs,
                          float *transformed) {
  for (ptrdiff_t i = 0; i < inputs; ++i) {
    float taps[9][PANEL];
    gather_taps(filters, outputs, inputs, i, taps);
    for (int o = 0; o < PANEL; o += PX_LANES) {
      vfloat u[COMPONENTS];
      filter_components(taps, o, u);
      for (int k = 0; k < COMPONENTS; ++k) store(transformed + (k * inputs + i) * PANEL + o, u[k]);
    }
  }
}

static void narrow_filters(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs,
                           uint16_t *transformed) {
  const ptrdiff_t words = (inputs + 1) / 2;
  for (ptrdiff_t i = 0; i < words; ++i) {
    float even[9][PANEL], odd[9][PANEL];
    gather_taps(filters, outputs, inputs, 2 * i, even);
    gather_taps(filters, outputs, inputs, 2 * i + 1, odd);
    for (int o = 0; o < PANEL; o += PX_LANES) {
      vfloat low[COMPONENTS], high[COMPONENTS];
      filter_components(even, o, low);
      filter_components(odd, o, high);
      for (int k = 0; k < COMPONENTS; ++k) {
        const vuint pairs = round_to_bfloat16(low[k]) | round_to_bfloat16(high[k]) << 16;
        memcpy(transformed + ((k * words + i) * PANEL + o) * 2, &pairs, sizeof pairs);
      }
    }
  }
}

static void winograd_filters(const float *filters, px_format format, ptrdiff_t outputs,
                             ptrdiff_t inputs, void *transformed) {
  if (format == PX_BFLOAT16)
    narrow_filters(filters, outputs, inputs, transformed);
  else
    float_filters(filters, outputs, inputs, transformed);
}

/// Stores n lanes, 1 to all, as floats or bfloat16; with an odd n the bfloat16 after them too.
PX_INLINE void store_component(char *target, vfloat v, ptrdiff_t n, const px_format format) {
  if (format == PX_BFLOAT16) {
#if PX_HAS_BF16
    const half_lanes halves = (half_lanes)_mm512_cvtneps_pbh((__m512)v);
#else
    const half_lanes halves = __builtin_convertvector(round_to_bfloat16(v), half_lanes);
#endif
    memcpy(target, &halves, n == PX_LANES ? sizeof halves : (size_t)(n + n % 2) * 2);
  } else if (n == PX_LANES) {
    store((float *)target, v);
  } else {
    store_part((float *)target, v, n);
  }
}

/// Up to PX_LANES channels of a tile, from 36 pixels to 36 components `stride` bytes apart.
PX_INLINE void input_channels(const float *const pixels[COMPONENTS], ptrdiff_t channel,
                              ptrdiff_t n, char *target, ptrdiff_t stride,
                              const px_format format) {
  vfloat half[SPAN][SPAN];
  for (int x = 0; x < SPAN; ++x) {
    vfloat column[SPAN], v[SPAN];
    for (int y = 0; y < SPAN; ++y) {
      const float *p = pixels[y * SPAN + x] + channel;
      column[y] = n == PX_LANES ? load(p) : load_part(p, n);
    }
    input_row(column, v);
    for (int y = 0; y < SPAN; ++y) half[y][x] = v[y];
  }
  for (int y = 0; y < SPAN; ++y) {
    vfloat v[SPAN];
    input_row(half[y], v);
    for (int x = 0; x < SPAN; ++x)
      store_component(target + (y * SPAN + x) * stride, v[x], n, format);
  }
}

PX_INLINE void input_tile(const px_convolution *c, ptrdiff_t tile, const float *zeros,
                          char *target, ptrdiff_t stride, const px_format format) {
  const ptrdiff_t across = (c->output_width + OUT - 1) / OUT, channels = c->input.channels;
  const ptrdiff_t top = tile / across * OUT - c->pad, left = tile % across * OUT - c->pad;
  const ptrdiff_t step = PX_LANES * (format == PX_BFLOAT16 ? 2 : 4);
  const float *pixels[COMPONENTS];
  for (int i = 0; i < COMPONENTS; ++i)
    pixels[i] = pixel_at(&c->input, top + i / SPAN, left + i % SPAN, zeros);
  ptrdiff_t channel = 0;
  for (; channel + PX_LANES <= channels; channel += PX_LANES, target += step)
    input_channels(pixels, channel, PX_LANES, target, stride, format);
  if (channel < channels)
    input_channels(pixels, channel, channels - channel, target, stride, format);
}

/// Outputs `first ..< first + count` (at most CHUNK) of one tile, from products [36, rows, CHUNK].
PX_INLINE void output_tile(const px_convolution *c, ptrdiff_t tile, const float *products,
                           ptrdiff_t stride, ptrdiff_t first, ptrdiff_t count) {
  const ptrdiff_t across = (c->output_width + OUT - 1) / OUT;
  const ptrdiff_t top = tile / across * OUT, left = tile % across * OUT;
  for (ptrdiff_t o = 0; o < count; o += PX_LANES) {
    vfloat half[OUT][SPAN];
    for (int x = 0; x < SPAN; ++x) {
      vfloat column[SPAN], y[OUT];
      for (int i = 0; i < SPAN; ++i) column[i] = load(products + (i * SPAN + x) * stride + o);
      output_row(column, y);
      for (int i = 0; i < OUT; ++i) half[i][x] = y[i];
    }
    for (int i = 0; i < OUT && top + i < c->output_height; ++i) {
      vfloat y[OUT];
      output_row(half[i], y);
      for (int x = 0; x < OUT && left + x < c->output_width; ++x) {
        const ptrdiff_t pixel = (top + i) * c->output_width + left + x;
        const ptrdiff_t offset = pixel * c->outputs + first + o;
        finish(c->output + offset, y[x], c->bias ? c->bias + first + o : 0,
               c->residual ? c->residual + offset : 0, count - o, c->activation);
      }
    }
  }
}
