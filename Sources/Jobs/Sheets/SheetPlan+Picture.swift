public import Gallery
public import Tensors

extension SheetPlan {
  /// No side of a sheet is longer, if the pictures can be made smaller for it.
  public static let longestSide = 8192

  /// The sheet with the pictures that are there; the places of others are left empty.
  ///
  /// - Parameters:
  ///   - images: All shown in the room of the largest one.
  ///   - longestSide: Pixels; pictures are made smaller for it.
  public func sheet(
    of images: [Place: PixelImage], longestSide: Int = Self.longestSide
  ) -> PictureSheet {
    var sheet = PictureSheet(layout(of: images, longestSide: longestSide))
    for place in places {
      if let image = images[place] {
        sheet.put(image, column: place.column, row: place.row)
      } else {
        sheet.leaveEmpty(column: place.column, row: place.row)
      }
    }
    return sheet
  }

  /// A picture no larger than a sheet has room for.
  public func fitting(_ image: PixelImage, longestSide: Int = Self.longestSide) -> PixelImage {
    let room = room(width: image.width, height: image.height, longestSide: longestSide)
    return image.reduced(toFit: room.width, room.height)
  }

  /// How large a sheet shows pictures of a size.
  public func room(
    width: Int, height: Int, longestSide: Int = Self.longestSide
  ) -> (width: Int, height: Int) {
    // A quarter of the whole is enough for headings and gaps of any sheet that is this large.
    let pixels = 0.75 * Double(longestSide)
    let scale = min(1, pixels / Double(columns * width), pixels / Double(rows * height))
    return (max(16, Int(Double(width) * scale)), max(16, Int(Double(height) * scale)))
  }

  /// Where everything is on ``sheet(of:longestSide:)``.
  public func layout(
    of images: [Place: PixelImage], longestSide: Int = Self.longestSide
  ) -> SheetLayout {
    let cell = room(
      width: images.values.map(\.width).max() ?? Self.unknownSide,
      height: images.values.map(\.height).max() ?? Self.unknownSide, longestSide: longestSide)
    var texts = SheetLayout.Texts()
    texts.title = title
    texts.columns = x.headings
    texts.rows = y?.headings ?? []
    return SheetLayout(
      columns: columns, rows: rows, cellWidth: cell.width, cellHeight: cell.height, texts: texts)
  }

  private static let unknownSide = 128
}
