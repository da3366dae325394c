/// How a large picture is cut into overlapping squares that are worked on one after the other.
public struct Tiling: Sendable, Equatable {
  /// Side of a square, in pixels of the picture.
  public let sampleSize: Int
  /// Share of a side that neighbours have in common and that is blended.
  public let overlap: Double

  public init(sampleSize: Int, overlap: Double) {
    self.sampleSize = sampleSize
    self.overlap = overlap
  }

  /// Squares in one direction, in pixels of what goes in or of what comes out.
  struct Steps: Equatable {
    let tile: Int
    let stride: Int
    var blend: Int { tile - stride }

    func starts(_ extent: Int) -> StrideTo<Int> { Swift.stride(from: 0, to: extent, by: stride) }
  }

  /// The same squares in the picture and in the latents, `factor` times smaller.
  ///
  /// - Throws: ``AutoencoderError/unusableTiling(_:factor:)`` if they do not fall on whole latent
  ///   pixels or overlap by less than `leastOverlap` of them.
  func steps(factor: Int, leastOverlap: Int) throws(AutoencoderError) -> (
    picture: Steps, latents: Steps
  ) {
    guard (1...1 << 20).contains(sampleSize), overlap >= 0, overlap < 1 else {
      throw .unusableTiling(self, factor: factor)
    }
    let blend = Int(Double(sampleSize) * overlap)
    let picture = Steps(tile: sampleSize, stride: sampleSize - blend)
    let latents = Steps(tile: sampleSize / factor, stride: (sampleSize - blend) / factor)
    guard sampleSize % factor == 0, blend % factor == 0, latents.stride > 0,
      latents.blend >= leastOverlap
    else { throw .unusableTiling(self, factor: factor) }
    return (picture, latents)
  }
}
