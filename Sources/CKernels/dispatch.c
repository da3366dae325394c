// Chooses the instruction set at run time and forwards every kernel to it.
#include "levels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const px_table *table_of(px_level level) {
#if defined(__x86_64__)
  if (level == PX_AVX512_BF16) return &px_table_avx512_bf16;
  if (level == PX_AVX512_VNNI) return &px_table_avx512_vnni;
  if (level == PX_AVX512) return &px_table_avx512;
  if (level == PX_AVX2) return &px_table_avx2;
#endif
  (void)level;
  return &px_table_portable;
}

static px_level processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    if (!__builtin_cpu_supports("avx512vnni")) return PX_AVX512;
    return __builtin_cpu_supports("avx512bf16") ? PX_AVX512_BF16 : PX_AVX512_VNNI;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c"))
    return PX_AVX2;
#endif
  return PX_PORTABLE;
}

const char *px_level_name(px_level level) {
  static const char *const names[] = {"portable", "avx2", "avx512", "avx512vnni", "avx512bf16"};
  return names[level];
}

/// The level that PIXART_INSTRUCTIONS names; the highest if it names none.
static px_level allowed_level(void) {
  const char *name = getenv("PIXART_INSTRUCTIONS");
  for (int level = PX_PORTABLE; name && level < PX_AVX512_BF16; ++level)
    if (!strcmp(name, px_level_name((px_level)level))) return (px_level)level;
  return PX_AVX512_BF16;
}

px_level px_best_level(void) {
  static _Atomic int best = -1;
  int level = atomic_load_explicit(&best, memory_order_relaxed);
  if (level < 0) {
    const px_level processor = processor_level(), allowed = allowed_level();
    level = processor < allowed ? processor : allowed;
    atomic_store_explicit(&best, level, memory_order_relaxed);
  }
  return (px_level)level;
}

static _Atomic int chosen = -1;

px_level px_current_level(void) {
  const int level = atomic_load_explicit(&chosen, memory_order_relaxed);
  return level >= 0 ? (px_level)level : px_set_level(PX_AVX512_BF16);
}

px_level px_set_level(px_level level) {
  const px_level best = px_best_level();
  if (level > best) level = best;
  atomic_store_explicit(&chosen, (int)level, memory_order_relaxed);
  return level;
}

#define ACTIVE table_of(px_current_level())

float px_multiply_add(px_format format, ptrdiff_t rounds) {
  return ACTIVE->multiply_add(format, rounds);
}

ptrdiff_t px_multiply_add_operations(px_format format) {
  const ptrdiff_t each = format == PX_INT8 ? 4 : format == PX_BFLOAT16 ? 2 : 1;
  return 2 * 16 * each * ACTIVE->lanes;
}

void px_narrow_rows(const float *x, ptrdiff_t x_stride, uint16_t *y, ptrdiff_t y_stride,
                    ptrdiff_t rows, ptrdiff_t columns) {
  ACTIVE->narrow_rows(x, x_stride, y, y_stride, rows, columns);
}

void px_quantise_rows(const float *x, ptrdiff_t x_stride, uint8_t *y, ptrdiff_t y_stride,
                      float *scales, ptrdiff_t rows, ptrdiff_t columns) {
  ACTIVE->quantise_rows(x, x_stride, y, y_stride, scales, rows, columns);
}

void px_pack_bfloat16(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                      uint16_t *packed) {
  ACTIVE->pack_bfloat16(weights, format, outputs, depth, packed);
}

void px_pack_int8(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                  int8_t *packed, float *scales, int32_t *starts) {
  ACTIVE->pack_int8(weights, format, outputs, depth, packed, scales, starts);
}

void px_widen_float16(const void *source, float *target, ptrdiff_t count) {
  ACTIVE->widen_float16(source, target, count);
}

void px_widen_bfloat16(const void *source, float *target, ptrdiff_t count) {
  ACTIVE->widen_bfloat16(source, target, count);
}

void px_pack_weights(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                     float *packed) {
  ACTIVE->pack_weights(weights, format, outputs, depth, packed);
}

void px_multiply_rows(const px_product *product, ptrdiff_t first, ptrdiff_t count) {
  ACTIVE->multiply_rows(product, first, count);
}

void px_bias_activation(float *y, ptrdiff_t stride, const float *bias, ptrdiff_t rows,
                        ptrdiff_t columns, px_activation activation) {
  ACTIVE->bias_activation(y, stride, bias, rows, columns, activation);
}

void px_add(float *x, const float *y, ptrdiff_t count) { ACTIVE->add(x, y, count); }

void px_multiply(float *x, const float *y, ptrdiff_t count) { ACTIVE->multiply(x, y, count); }

void px_layer_norm(const float *x, const float *scale, const float *shift, float *y,
                   ptrdiff_t rows, ptrdiff_t columns, float epsilon) {
  ACTIVE->layer_norm(x, scale, shift, y, rows, columns, epsilon);
}

void px_rms_norm(const float *x, const float *weight, float *y, ptrdiff_t rows, ptrdiff_t columns,
                 float epsilon) {
  ACTIVE->rms_norm(x, weight, y, rows, columns, epsilon);
}

ptrdiff_t px_attention_scratch(ptrdiff_t dim) {
  // queries and output [dim, tile], scores of a block and as words again, four rows
  return PX_ATTENTION_TILE * (2 * dim + PX_KEY_BLOCK + PX_KEY_BLOCK / 2 + 4);
}

void px_attention_tile(const px_attention_head *head, ptrdiff_t first, ptrdiff_t count,
                       float *scratch) {
  ACTIVE->attention_tile(head, first, count, scratch);
}

ptrdiff_t px_packed_keys(ptrdiff_t keys, ptrdiff_t dim, px_format format) {
  return format == PX_INT8 ? keys * ((dim + 3) / 4 + 2) : keys * ((dim + 1) / 2);
}

ptrdiff_t px_packed_values(ptrdiff_t keys, ptrdiff_t dim) { return (keys + 1) / 2 * dim; }

void px_mean_key(const px_attention_head *head, float *mean) { ACTIVE->mean_key(head, mean); }

void px_pack_keys(const px_attention_head *head, const float *mean, int32_t *keys,
                  int32_t *values) {
  ACTIVE->pack_keys(head, mean, keys, values);
}

void px_narrow_attention_tile(const px_attention_head *head, const int32_t *keys,
                              const int32_t *values, ptrdiff_t first, ptrdiff_t count,
                              float *scratch) {
  ACTIVE->narrow_attention_tile(head, keys, values, first, count, scratch);
}

void px_pack_filters(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t taps,
                     float *packed) {
  ACTIVE->pack_filters(filters, outputs, inputs, taps, packed);
}

ptrdiff_t px_convolve_scratch(ptrdiff_t inputs, ptrdiff_t taps) {
  // a pointer for each pixel (rounded up to whole sixes, or fours) and tap, one pixel of zeros
  return (PX_CONVOLUTION_TILE + 6) * taps * (ptrdiff_t)sizeof(float *) +
         inputs * (ptrdiff_t)sizeof(float);
}

void px_convolve(const px_convolution *convolution, ptrdiff_t first, ptrdiff_t count,
                 void *scratch) {
  ACTIVE->convolve(convolution, first, count, scratch);
}

void px_winograd_filters(const float *filters, px_format format, ptrdiff_t outputs,
                         ptrdiff_t inputs, void *transformed) {
  ACTIVE->winograd_filters(filters, format, outputs, inputs, transformed);
}

ptrdiff_t px_winograd_scratch(ptrdiff_t inputs, ptrdiff_t count) {
  // components [36, rows, inputs], products [36, rows, 64], a line between each; one pixel of zeros.
  // Rows come in whole sixes, or fours.
  const ptrdiff_t rows = count + 5;
  return 36 * (rows * (inputs + 64) + 32) + inputs;
}

void px_winograd(const px_convolution *convolution, ptrdiff_t first, ptrdiff_t count,
                 float *scratch) {
  ACTIVE->winograd(convolution, first, count, scratch);
}

void px_group_moments(const float *x, ptrdiff_t pixels, ptrdiff_t channels, ptrdiff_t groups,
                      double *mean, double *squares, float *scratch) {
  ACTIVE->group_moments(x, pixels, channels, groups, mean, squares, scratch);
}

void px_scale_channels(const float *x, const float *mean, const float *scale, const float *shift,
                       float *y, ptrdiff_t pixels, ptrdiff_t channels, px_activation activation) {
  ACTIVE->scale_channels(x, mean, scale, shift, y, pixels, channels, activation);
}
