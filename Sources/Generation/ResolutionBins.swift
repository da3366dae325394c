/// The sizes a model was trained at, by aspect ratio.
///
/// PixArt-α, "Multi-scale vertex training"; `ASPECT_RATIO_*_BIN` in diffusers. One table serves all
/// resolutions: those of 512, 1024 and 2048 px are its multiples.
public struct ResolutionBins: Sendable {
  /// Height over width as the table names it, and the 256 px size.
  private struct Bin {
    let ratio: Double
    let height: Int
    let width: Int
    /// In the 2048 px table alone.
    var onlyAt2048 = false
  }

  /// Side of the square bin: 256, 512, 1024 or 2048.
  private let resolution: Int

  /// The bins of a model, or nil if there are none for its sample size.
  ///
  /// - Parameter sampleSize: Side of the latents the model was made for.
  public init?(sampleSize: Int) {
    guard [32, 64, 128, 256].contains(sampleSize) else { return nil }
    resolution = sampleSize * 8
  }

  /// The trained size whose aspect ratio is closest, in pixels.
  public func closest(height: Int, width: Int) -> (height: Int, width: Int) {
    let ratio = Double(height) / Double(width)
    let factor = resolution / 256
    var best = Self.table[0]
    for bin in Self.table where !bin.onlyAt2048 || resolution == 2048 {
      if abs(bin.ratio - ratio) < abs(best.ratio - ratio) { best = bin }
    }
    return (best.height * factor, best.width * factor)
  }

  /// All trained sizes in pixels, the widest first.
  public var sizes: [PictureSize] {
    let factor = resolution / 256
    return Self.table.filter { !$0.onlyAt2048 || resolution == 2048 }.map {
      PictureSize(width: $0.width * factor, height: $0.height * factor)
    }
  }

  private static let table: [Bin] = [
    Bin(ratio: 0.25, height: 128, width: 512),
    Bin(ratio: 0.26, height: 128, width: 496, onlyAt2048: true),
    Bin(ratio: 0.27, height: 128, width: 480, onlyAt2048: true),
    Bin(ratio: 0.28, height: 128, width: 464),
    Bin(ratio: 0.32, height: 144, width: 448),
    Bin(ratio: 0.33, height: 144, width: 432),
    Bin(ratio: 0.35, height: 144, width: 416),
    Bin(ratio: 0.4, height: 160, width: 400),
    Bin(ratio: 0.42, height: 160, width: 384),
    Bin(ratio: 0.48, height: 176, width: 368),
    Bin(ratio: 0.5, height: 176, width: 352),
    Bin(ratio: 0.52, height: 176, width: 336),
    Bin(ratio: 0.57, height: 192, width: 336),
    Bin(ratio: 0.6, height: 192, width: 320),
    Bin(ratio: 0.68, height: 208, width: 304),
    Bin(ratio: 0.72, height: 208, width: 288),
    Bin(ratio: 0.78, height: 224, width: 288),
    Bin(ratio: 0.82, height: 224, width: 272),
    Bin(ratio: 0.88, height: 240, width: 272),
    Bin(ratio: 0.94, height: 240, width: 256),
    Bin(ratio: 1.0, height: 256, width: 256),
    Bin(ratio: 1.07, height: 256, width: 240),
    Bin(ratio: 1.13, height: 272, width: 240),
    Bin(ratio: 1.21, height: 272, width: 224),
    Bin(ratio: 1.29, height: 288, width: 224),
    Bin(ratio: 1.38, height: 288, width: 208),
    Bin(ratio: 1.46, height: 304, width: 208),
    Bin(ratio: 1.67, height: 320, width: 192),
    Bin(ratio: 1.75, height: 336, width: 192),
    Bin(ratio: 2.0, height: 352, width: 176),
    Bin(ratio: 2.09, height: 368, width: 176),
    Bin(ratio: 2.4, height: 384, width: 160),
    Bin(ratio: 2.5, height: 400, width: 160),
    Bin(ratio: 2.89, height: 416, width: 144, onlyAt2048: true),
    Bin(ratio: 3.0, height: 432, width: 144),
    Bin(ratio: 3.11, height: 448, width: 144, onlyAt2048: true),
    Bin(ratio: 3.62, height: 464, width: 128, onlyAt2048: true),
    Bin(ratio: 3.75, height: 480, width: 128, onlyAt2048: true),
    Bin(ratio: 3.88, height: 496, width: 128, onlyAt2048: true),
    Bin(ratio: 4.0, height: 512, width: 128),
  ]
}
