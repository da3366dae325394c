public import Tensors

/// Pictures in rows on a dark ground, with texts around and below them.
public struct PictureSheet: Sendable, Equatable {
  public let layout: SheetLayout
  public private(set) var image: PixelImage

  private static let ground: UInt8 = 24
  private static let emptyGround: UInt8 = 40
  private static let ink: UInt8 = 224
  /// Pixels of a frame's line.
  private static let frame = 4

  /// A sheet with its title and headings, and no picture yet.
  public init(_ layout: SheetLayout) {
    self.layout = layout
    image = PixelImage(width: layout.width, height: layout.height, grey: Self.ground)
    for (number, line) in layout.titleLines.enumerated() {
      write(line, x: SheetLayout.gap, y: SheetLayout.gap, line: number)
    }
    for (column, lines) in layout.columnHeadings.enumerated() {
      let place = layout.place(column: column, row: 0)
      // Headings of fewer lines stand right above the pictures.
      let first = layout.headingLines - lines.count
      for (number, line) in lines.enumerated() {
        let x = place.x + max(0, (place.width - width(of: line)) / 2)
        write(line, x: x, y: layout.headingTop, line: first + number)
      }
    }
    for (row, lines) in layout.rowHeadings.enumerated() {
      let place = layout.place(column: 0, row: row)
      let height = lines.count * SheetLayout.lineHeight * layout.scale
      for (number, line) in lines.enumerated() {
        write(
          line, x: place.x - SheetLayout.gap - width(of: line),
          y: place.y + max(0, (place.height - height) / 2), line: number)
      }
    }
  }

  /// Puts a picture into the middle of a place; one that is too large is made smaller.
  public mutating func put(_ picture: PixelImage, column: Int, row: Int) {
    let place = layout.place(column: column, row: row)
    let fitting = picture.reduced(toFit: place.width, place.height)
    image.put(
      fitting, x: place.x + (place.width - fitting.width) / 2,
      y: place.y + (place.height - fitting.height) / 2)
  }

  /// Draws a bright frame around a place, in the gaps.
  public mutating func frame(column: Int, row: Int) {
    let place = layout.place(column: column, row: row)
    let (width, height) = (place.width + 2 * Self.frame, place.height + 2 * Self.frame)
    let (x, y) = (place.x - Self.frame, place.y - Self.frame)
    for (x, y, width, height) in [
      (x, y, width, Self.frame), (x, place.y + place.height, width, Self.frame),
      (x, y, Self.frame, height), (place.x + place.width, y, Self.frame, height),
    ] {
      image.fill(x: x, y: y, width: width, height: height, grey: Self.ink)
    }
  }

  /// Marks the place of a picture that is not there.
  public mutating func leaveEmpty(column: Int, row: Int) {
    let place = layout.place(column: column, row: row)
    image.fill(
      x: place.x, y: place.y, width: place.width, height: place.height, grey: Self.emptyGround)
  }

  /// Writes below a picture, as many lines as the layout has room for.
  public mutating func caption(_ text: String, column: Int, row: Int) {
    let place = layout.place(column: column, row: row)
    let lines = SheetText.lines(
      text, columns: max(1, place.width / (BitmapFont.width * layout.scale)),
      limit: layout.captionLines)
    for (number, line) in lines.enumerated() {
      let x = place.x + max(0, (place.width - width(of: line)) / 2)
      write(line, x: x, y: place.y + place.height, line: number)
    }
  }

  private func width(of line: String) -> Int { line.count * BitmapFont.width * layout.scale }

  /// - Parameter line: Lines further down.
  private mutating func write(_ text: String, x: Int, y: Int, line: Int) {
    image.write(
      text, x: x, y: y + line * SheetLayout.lineHeight * layout.scale, grey: Self.ink,
      scale: layout.scale)
  }
}
