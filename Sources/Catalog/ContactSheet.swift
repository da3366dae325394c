import Gallery
public import Tensors

/// Thumbnails in rows on a dark ground.
public struct ContactSheet {
  private static let gap = 8
  private static let cell = PictureCatalog.thumbnailSide + gap
  private static let ground: [UInt8] = [24, 24, 26]

  public private(set) var image: PixelImage
  private let columns: Int

  /// So many that the sheet is about square, at most 16.
  public static func columns(for count: Int) -> Int {
    (1...16).first { $0 * $0 >= count } ?? 16
  }

  /// Whether the sheet is no larger than pictures may be.
  public static func fits(_ count: Int, columns: Int) -> Bool {
    let rows = (count + columns - 1) / columns
    return max(rows, columns) * cell + gap <= ImageLimits.standard.side
  }

  public init(count: Int, columns: Int) {
    self.columns = min(columns, count)
    let rows = (count + columns - 1) / columns
    let (width, height) = (self.columns * Self.cell + Self.gap, rows * Self.cell + Self.gap)
    let line = (0..<width).flatMap { _ in Self.ground }
    image = PixelImage(
      width: width, height: height, bytes: (0..<height).flatMap { _ in line })
  }

  /// Draws a picture in the middle of a place, counted row by row.
  public mutating func put(_ thumbnail: PixelImage, at place: Int) {
    let left = place % columns * Self.cell + (Self.cell + Self.gap - thumbnail.width) / 2
    let top = place / columns * Self.cell + (Self.cell + Self.gap - thumbnail.height) / 2
    for y in 0..<thumbnail.height {
      let from = y * thumbnail.width * 3
      let to = ((top + y) * image.width + left) * 3
      image.bytes.replaceSubrange(
        to..<to + thumbnail.width * 3, with: thumbnail.bytes[from..<from + thumbnail.width * 3])
    }
  }
}
