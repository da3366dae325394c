// Dot products of small numbers: two bfloat16 or four 8-bit integers in each 32-bit lane.

typedef int16_t vshort __attribute__((vector_size(PX_LANES * 4)));
typedef uint16_t vushort __attribute__((vector_size(PX_LANES * 4)));

/// The same 32 bits in every lane, from any address.
PX_INLINE vint splat_word(const void *p) {
  int32_t word;
  memcpy(&word, p, 4);
  return word - (vint){0};
}

PX_INLINE vint load_int(const void *p) {
  vint v;
  memcpy(&v, p, sizeof v);
  return v;
}

/// sum + a0 * b0 + a1 * b1 with the two bfloat16 of each lane.
PX_INLINE vfloat dot_pairs(vfloat sum, vint a, vint b) {
#if PX_HAS_BF16
  return (vfloat)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
#else
  const vint high = (int32_t)0xffff0000 - (vint){0};
  sum += (vfloat)(a << 16) * (vfloat)(b << 16);
  return sum + (vfloat)(a & high) * (vfloat)(b & high);
#endif
}

/// a0 * b0 + a1 * b1 with the two signed 16-bit numbers of each lane.
PX_INLINE vint multiply_add_shorts(vshort a, vshort b) {
#ifdef PX_MADD
  return (vint)PX_MADD(a, b);
#else
  const vint x = (vint)a, y = (vint)b;
  return (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16);
#endif
}

/// sum + the four products of the unsigned bytes of a with the signed bytes of b in each lane.
PX_INLINE vint dot_quads(vint sum, vint a, vint b) {
#if PX_HAS_VNNI
  return (vint)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#else
  const vshort a_even = (vshort)((vushort)a & 0xff), a_odd = (vshort)((vushort)a >> 8);
  const vshort b_even = (vshort)((vushort)b << 8) >> 8, b_odd = (vshort)b >> 8;
  return sum + multiply_add_shorts(a_even, b_even) + multiply_add_shorts(a_odd, b_odd);
#endif
}
