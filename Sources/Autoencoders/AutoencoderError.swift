/// What can be wrong with an autoencoder or with what it is given.
public enum AutoencoderError: Error, Equatable, CustomStringConvertible {
  /// Neither three channels in nor out.
  case notColour(inChannels: Int, outChannels: Int)
  /// A picture whose sides the latents cannot stand for.
  case unevenPicture(width: Int, height: Int, factor: Int)
  /// Tiles that do not fall on whole latent pixels or overlap too little.
  case unusableTiling(Tiling, factor: Int)

  public var description: String {
    switch self {
    case .notColour(let inChannels, let outChannels):
      "the autoencoder takes \(inChannels) channels and gives \(outChannels), but colour pictures "
        + "have 3. Take an autoencoder for RGB pictures."
    case .unevenPicture(let width, let height, let factor):
      "the picture has \(width)x\(height) pixels, but the autoencoder needs sides that are "
        + "multiples of \(factor). Resize or crop it."
    case .unusableTiling(let tiling, let factor):
      "tiles of \(tiling.sampleSize) pixels with an overlap of \(tiling.overlap) do not fall on "
        + "whole latent pixels (\(factor) pixels each). Take a multiple of \(4 * factor) and an "
        + "overlap of 0.25."
    }
  }

  static func checkColour(inChannels: Int, outChannels: Int) throws(AutoencoderError) {
    guard inChannels == 3, outChannels == 3 else {
      throw .notColour(inChannels: inChannels, outChannels: outChannels)
    }
  }
}
