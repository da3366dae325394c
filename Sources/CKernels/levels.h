/// One table of kernels for each instruction set.
#pragma once
#include "kernels.h"

/// Keys that an attention tile meets at once.
enum { PX_KEY_BLOCK = 60 };

typedef struct {
  ptrdiff_t lanes;
  float (*multiply_add)(px_format, ptrdiff_t);
  void (*widen_float16)(const void *, float *, ptrdiff_t);
  void (*widen_bfloat16)(const void *, float *, ptrdiff_t);
  void (*narrow_rows)(const float *, ptrdiff_t, uint16_t *, ptrdiff_t, ptrdiff_t, ptrdiff_t);
  void (*quantise_rows)(const float *, ptrdiff_t, uint8_t *, ptrdiff_t, float *, ptrdiff_t,
                        ptrdiff_t);
  void (*pack_weights)(const void *, px_format, ptrdiff_t, ptrdiff_t, float *);
  void (*pack_bfloat16)(const void *, px_format, ptrdiff_t, ptrdiff_t, uint16_t *);
  void (*pack_int8)(const void *, px_format, ptrdiff_t, ptrdiff_t, int8_t *, float *, int32_t *);
  void (*multiply_rows)(const px_product *, ptrdiff_t, ptrdiff_t);
  void (*bias_activation)(float *, ptrdiff_t, const float *, ptrdiff_t, ptrdiff_t, px_activation);
  void (*add)(float *, const float *, ptrdiff_t);
  void (*multiply)(float *, const float *, ptrdiff_t);
  void (*layer_norm)(const float *, const float *, const float *, float *, ptrdiff_t, ptrdiff_t,
                     float);
  void (*rms_norm)(const float *, const float *, float *, ptrdiff_t, ptrdiff_t, float);
  void (*attention_tile)(const px_attention_head *, ptrdiff_t, ptrdiff_t, float *);
  void (*mean_key)(const px_attention_head *, float *);
  void (*pack_keys)(const px_attention_head *, const float *, int32_t *, int32_t *);
  void (*narrow_attention_tile)(const px_attention_head *, const int32_t *, const int32_t *,
                                ptrdiff_t, ptrdiff_t, float *);
  void (*pack_filters)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *);
  void (*convolve)(const px_convolution *, ptrdiff_t, ptrdiff_t, void *);
  void (*winograd_filters)(const float *, px_format, ptrdiff_t, ptrdiff_t, void *);
  void (*winograd)(const px_convolution *, ptrdiff_t, ptrdiff_t, float *);
  void (*group_moments)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, double *, double *,
                        float *);
  void (*scale_channels)(const float *, const float *, const float *, const float *, float *,
                         ptrdiff_t, ptrdiff_t, px_activation);
} px_table;

extern const px_table px_table_portable;
#if defined(__x86_64__)
extern const px_table px_table_avx2;
extern const px_table px_table_avx512;
extern const px_table px_table_avx512_vnni;
extern const px_table px_table_avx512_bf16;
#endif
