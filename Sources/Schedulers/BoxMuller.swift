/// Turns 16 uniforms in [0, 1) into 16 standard normals: radii from the first 8, angles from the
/// last 8.
///
/// Every rounding is that of torch's AVX2 and AVX-512 paths. Where a fused multiply-add there has
/// an exact product, plain arithmetic here rounds alike and spares a call.
func boxMuller(_ values: inout [Float], blockAt start: Int) {
  for index in start..<start + 8 {
    let radius = (-2 * cephesLog(1 - values[index])).squareRoot()
    let (sine, cosine) = cephesSineCosine(Float(2 * Double.pi) * values[index + 8])
    values[index] = radius * cosine
    values[index + 8] = radius * sine
  }
}

/// a · b + c, rounded once.
@inline(__always)
private func fma(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

/// Natural logarithm of a normal positive number, after `logf` of the Cephes library.
@inline(__always)
private func cephesLog(_ value: Float) -> Float {
  // value = mantissa · 2^exponent with the mantissa in [√½, √2)
  var exponent = Float(Int32(value.bitPattern >> 23) - 126)
  let mantissa = Float(bitPattern: value.bitPattern & 0x7f_ffff | 0x3f00_0000)
  var x = mantissa - 1
  if mantissa < 0.707106781186547524 {
    exponent -= 1
    x += mantissa
  }
  let square = x * x
  var y: Float = 7.0376836292e-2
  y = fma(y, x, -1.1514610310e-1)
  y = fma(y, x, 1.1676998740e-1)
  y = fma(y, x, -1.2420140846e-1)
  y = fma(y, x, 1.4249322787e-1)
  y = fma(y, x, -1.6668057665e-1)
  y = fma(y, x, 2.0000714765e-1)
  y = fma(y, x, -2.4999993993e-1)
  y = fma(y, x, 3.3333331174e-1)
  // ln 2 in two parts, so that the exponent times the larger one is exact
  y = fma(y * x, square, exponent * -2.12194440e-4)
  y -= square * 0.5
  return (x + y) + exponent * 0.693359375
}

/// Sine and cosine of an angle in [0, 2π], after `sinf` and `cosf` of the Cephes library.
@inline(__always)
private func cephesSineCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
  let octant = (Int32(angle * 1.27323954473516) + 1) & ~1
  // angle − octant · π/4, with π/4 in three parts; the first two products are exact
  var x = angle - Float(octant) * 0.78515625
  x -= Float(octant) * 2.4187564849853515625e-4
  x = fma(Float(octant), -3.77489497744594108e-8, x)
  let square = x * x
  var even: Float = 2.443315711809948e-5
  even = fma(even, square, -1.388731625493765e-3)
  even = fma(even, square, 4.166664568298827e-2)
  even = fma(even * square, square, -(square * 0.5)) + 1
  var odd: Float = -1.9515295891e-4
  odd = fma(odd, square, 8.3321608736e-3)
  odd = fma(odd, square, -1.6666654611e-1)
  odd = fma(odd * square, x, x)
  let swapped = octant & 2 != 0
  let sine = swapped ? even : odd
  let cosine = swapped ? odd : even
  return (octant & 4 == 0 ? sine : -sine, (octant - 2) & 4 == 0 ? -cosine : cosine)
}
