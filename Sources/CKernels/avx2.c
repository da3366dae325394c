// For x86-64 with AVX2, FMA and F16C (Haswell, Zen and later).
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define PX_LANES 8
#define PX_ROWS 6
#define PX_COLUMNS 2
#define PX_QUERY_ROWS 6
#define PX_QUERY_COLUMNS 2
#define PX_F16C 1
#define PX_MADD(x, y) _mm256_madd_epi16((__m256i)(x), (__m256i)(y))
#define PX_TABLE px_table_avx2
#include "level.inl"
#pragma clang attribute pop
#endif
