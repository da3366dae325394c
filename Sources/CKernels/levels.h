/// One table of kernels for each instruction set.
#pragma once
#include "kernels.h"

typedef struct {
  ptrdiff_t lanes;
  float (*multiply_add)(ptrdiff_t);
  void (*widen_float16)(const void *, float *, ptrdiff_t);
  void (*widen_bfloat16)(const void *, float *, ptrdiff_t);
  void (*pack_weights)(const void *, px_format, ptrdiff_t, ptrdiff_t, float *);
  void (*multiply_rows)(const px_product *, ptrdiff_t, ptrdiff_t);
  void (*bias_activation)(float *, ptrdiff_t, const float *, ptrdiff_t, ptrdiff_t, px_activation);
  void (*add)(float *, const float *, ptrdiff_t);
  void (*multiply)(float *, const float *, ptrdiff_t);
  void (*layer_norm)(const float *, const float *, const float *, float *, ptrdiff_t, ptrdiff_t,
                     float);
  void (*rms_norm)(const float *, const float *, float *, ptrdiff_t, ptrdiff_t, float);
  void (*attention_tile)(const px_attention_head *, ptrdiff_t, ptrdiff_t, float *);
  void (*pack_filters)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float *);
  void (*convolve)(const px_convolution *, ptrdiff_t, ptrdiff_t, void *);
  void (*winograd_filters)(const float *, ptrdiff_t, ptrdiff_t, float *);
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
#endif
