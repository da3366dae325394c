// For x86-64 with AVX-512 and its 8-bit dot products (Cascade Lake, Ice Lake and later).
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c"))), apply_to = function)
#define PX_LANES 16
#define PX_ROWS 4
#define PX_COLUMNS 5
#define PX_QUERY_ROWS 5
#define PX_QUERY_COLUMNS 4
#define PX_F16C 1
#define PX_HAS_VNNI 1
#define PX_TABLE px_table_avx512_vnni
#include "level.inl"
#pragma clang attribute pop
#endif
