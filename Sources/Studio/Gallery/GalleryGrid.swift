import Catalog
import Terminal

/// Where the tiles of a page are.
///
/// Each tile is a row for its frame, the cells of its thumbnail, and a row for its caption. The thumbnails
/// of a row are one image, or a few where the terminal shows no such wide ones.
struct GalleryGrid: Sendable, Equatable {
  let area: Rect
  /// Cells of a thumbnail.
  let tileColumns: Int
  let tileRows: Int
  /// Cells between tiles of a row.
  let gap: Int
  /// Tiles side by side, and one below the other.
  let columns: Int
  let rows: Int
  /// Tiles of a row that are in one image.
  let tilesPerImage: Int

  /// xterm remembers 16 images and the studio keeps below that; a page leaves some for others.
  private static let mostImages = 12
  private static let leastGap = 2
  /// Rows of a tile besides its thumbnail.
  private static let textRows = 2

  init(area: Rect, room: PictureRoom?) {
    self.area = area
    // Half blocks have a dot a column.
    let (cellWidth, cellHeight) = (room?.cellWidth ?? 8, room?.cellHeight ?? 16)
    func cells(_ dots: Int, _ cell: Int) -> Int { (dots + cell - 1) / max(1, cell) }
    let side = PictureCatalog.thumbnailSide
    let width = min(max(14, cells(side, cellWidth)), 22, max(1, area.width))
    let height = min(max(5, cells(side, cellHeight)), 11)
    tileColumns = width
    let columns = max(1, (area.width + Self.leastGap) / (width + Self.leastGap))
    self.columns = columns
    let gap = columns > 1 ? min(4, (area.width - columns * width) / (columns - 1)) : 0
    self.gap = gap
    let widest = (room?.largestWidth ?? .max) / max(1, cellWidth)
    // Beyond any screen, where there is no limit.
    tilesPerImage = max(1, min((min(widest, 10_000) + gap) / (width + gap), columns))
    let imagesPerRow = (columns + tilesPerImage - 1) / tilesPerImage
    rows = min(
      max(1, area.height / (height + Self.textRows)), max(1, Self.mostImages / imagesPerRow))
    tileRows = min(max(1, area.height / rows - Self.textRows), 2 * height)
  }

  /// Tiles of a page.
  var count: Int { columns * rows }

  /// The cells of a thumbnail.
  func thumbnail(_ place: Int) -> Rect {
    Rect(
      x: area.x + place % columns * (tileColumns + gap),
      y: area.y + place / columns * (tileRows + Self.textRows) + 1, width: tileColumns,
      height: tileRows)
  }

  /// The tile at a cell, its frame and caption included.
  func place(x: Int, y: Int) -> Int? {
    (0..<count).first { place in
      let cells = thumbnail(place)
      return Rect(x: cells.x, y: cells.y - 1, width: cells.width, height: cells.height + 2)
        .contains(x: x, y: y)
    }
  }

  /// The tiles that are in one image together, when so many are shown.
  func images(of tiles: Int) -> [Range<Int>] {
    stride(from: 0, to: min(tiles, count), by: columns).flatMap { row in
      stride(from: row, to: min(row + columns, tiles, count), by: tilesPerImage).map {
        $0..<min($0 + tilesPerImage, row + columns, tiles)
      }
    }
  }

  /// The cells of an image.
  func area(of tiles: Range<Int>) -> Rect {
    let (first, last) = (thumbnail(tiles.lowerBound), thumbnail(tiles.upperBound - 1))
    return Rect(x: first.x, y: first.y, width: last.maxX - first.x, height: first.height)
  }
}
