import Foundation
public import Tensors

/// The noise that lies so far on the way from one noise to another, with the length between theirs.
///
/// Spherical linear interpolation (Shoemake 1985) over all numbers at once: the sum of two noises
/// would be too short. Noises that are nearly parallel are mixed on the straight line. A1111 varies
/// noise so as well, but turns each of its columns by an angle of its own.
///
/// - Parameter share: 0 gives `start` and 1 gives `end`, bit for bit.
public func slerp(from start: Latents, to end: Latents, by share: Double) -> Latents {
  precondition(start.shape == end.shape, "noises of \(start.shape) and \(end.shape)")
  precondition((0...1).contains(share), "\(share) is no share")
  if share == 0 { return start }
  if share == 1 { return end }
  var (product, startSquares, endSquares) = (0.0, 0.0, 0.0)
  for (a, b) in zip(start.values, end.values) {
    let (a, b) = (Double(a), Double(b))
    product += a * b
    startSquares += a * a
    endSquares += b * b
  }
  let cosine = product / (startSquares * endSquares).squareRoot()
  var weights = (start: 1 - share, end: share)
  // Opposite noises have no way between them; noise without length has no direction.
  if abs(cosine) < 0.9995 {
    let angle = acos(cosine)
    weights = (sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle))
  }
  return start.with(
    zip(start.values, end.values).map { a, b in
      Float(weights.start * Double(a) + weights.end * Double(b))
    })
}
