// Vectors of PX_LANES floats, written with the compiler's vector extension.
#include <math.h>
#include <string.h>

typedef float vfloat __attribute__((vector_size(PX_LANES * 4)));
typedef int32_t vint __attribute__((vector_size(PX_LANES * 4)));

#define PX_INLINE static inline __attribute__((always_inline))

/// Whether work that obeys the flag must end.
PX_INLINE int is_raised(px_stop stop) { return stop && __atomic_load_n(stop, __ATOMIC_RELAXED); }

PX_INLINE vfloat load(const float *p) {
  vfloat v;
  memcpy(&v, p, sizeof v);
  return v;
}

PX_INLINE void store(float *p, vfloat v) { memcpy(p, &v, sizeof v); }

/// The first n lanes from memory, the rest zero.
PX_INLINE vfloat load_part(const float *p, ptrdiff_t n) {
#if PX_LANES == 16
  return (vfloat)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
  vfloat v = {0};
  memcpy(&v, p, (size_t)n * sizeof(float));
  return v;
#endif
}

PX_INLINE void store_part(float *p, vfloat v, ptrdiff_t n) {
#if PX_LANES == 16
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#else
  memcpy(p, &v, (size_t)n * sizeof(float));
#endif
}

/// x in every lane. A difference, because x + 0 is not x for x = -0 and would cost an addition.
PX_INLINE vfloat splat(float x) { return x - (vfloat){0}; }

/// Lanes of a where the mask is set, else those of b.
PX_INLINE vfloat choose(vint mask, vfloat a, vfloat b) {
  return (vfloat)((mask & (vint)a) | (~mask & (vint)b));
}

// One instruction each; the compiler's own maximum takes three, for the sake of lanes that are not
// numbers.
PX_INLINE vfloat vmax(vfloat a, vfloat b) { return choose(a > b, a, b); }
PX_INLINE vfloat vmin(vfloat a, vfloat b) { return choose(a < b, a, b); }

PX_INLINE float lane_sum(vfloat v) {
  float sum = 0;
  for (int i = 0; i < PX_LANES; ++i) sum += v[i];
  return sum;
}

/// e^x, to about one unit in the last place; at most 1.2e-38 below -87.3, infinite above 88.4.
PX_INLINE vfloat vexp(vfloat x) {
  x = vmin(vmax(x, splat(-87.33654f)), splat(89.0f));
  // Adding 1.5 * 2^23 rounds to the nearest whole number.
  const vfloat whole = (x * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  vfloat r = x - whole * 0.693359375f;
  r = r - whole * -2.12194440e-4f;
  vfloat p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const vint exponent = (__builtin_convertvector(whole, vint) + 127) << 23;
  return p * (vfloat)exponent;
}
