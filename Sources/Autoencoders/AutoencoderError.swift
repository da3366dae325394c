/// What can be wrong with an autoencoder's configuration or with what it is given.
public enum AutoencoderError: Error, Equatable, CustomStringConvertible {
  /// A number in `config.json` that no autoencoder can have.
  case impossibleConfiguration(field: String, found: String, needed: String)
  /// A picture whose sides the latents cannot stand for.
  case unevenPicture(width: Int, height: Int, factor: Int)
  /// Tiles that do not fall on whole latent pixels or overlap too little.
  case unusableTiling(Tiling, factor: Int)

  public var description: String {
    switch self {
    case .impossibleConfiguration(let field, let found, let needed):
      "the autoencoder's config.json has \(field) = \(found), but \(needed) is needed. "
        + "Check that the file belongs to an AutoencoderKL or AutoencoderTiny."
    case .unevenPicture(let width, let height, let factor):
      "the picture has \(width)x\(height) pixels, but the autoencoder needs sides that are "
        + "multiples of \(factor). Resize or crop it."
    case .unusableTiling(let tiling, let factor):
      "tiles of \(tiling.sampleSize) pixels with an overlap of \(tiling.overlap) do not fall on "
        + "whole latent pixels (\(factor) pixels each). Take a multiple of \(4 * factor) and an "
        + "overlap of 0.25."
    }
  }
}
