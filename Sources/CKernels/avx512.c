// For x86-64 with AVX-512 (Skylake server, Zen 4 and later).
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#define PX_LANES 16
#define PX_ROWS 4
#define PX_COLUMNS 5
#define PX_QUERY_ROWS 5
#define PX_QUERY_COLUMNS 4
#define PX_F16C 1
#define PX_MADD(x, y) _mm512_madd_epi16((__m512i)(x), (__m512i)(y))
#define PX_TABLE px_table_avx512
#include "level.inl"
#pragma clang attribute pop
#endif
