/// Where everything is on a sheet of pictures, in pixels.
public struct SheetLayout: Sendable, Equatable {
  /// The room of one picture.
  public struct Place: Sendable, Equatable {
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int
  }

  /// Texts around the pictures; what is empty takes no room.
  public struct Texts: Sendable, Equatable {
    public var title = ""
    /// Above each column.
    public var columns: [String] = []
    /// To the left of each row.
    public var rows: [String] = []
    /// Lines below each picture.
    public var captionLines = 0

    public init() {}
  }

  public let columns: Int
  public let rows: Int
  public let cellWidth: Int
  public let cellHeight: Int

  /// Pixels between pictures and around them.
  static let gap = 8
  private static let mostTitleLines = 4
  private static let mostHeadingLines = 3
  private static let mostHeadingColumns = 18

  /// Pixels for each of the font's.
  let scale: Int
  let titleLines: [String]
  let columnHeadings: [[String]]
  let rowHeadings: [[String]]
  /// Below each picture.
  let captionLines: Int
  /// Of the longest heading of a column.
  let headingLines: Int
  /// Upper edge of the headings of columns.
  let headingTop: Int
  /// Of the whole sheet.
  public let width: Int
  private let left: Int

  /// - Parameters:
  ///   - columns: 1 and more, as `rows`.
  ///   - cellWidth: Of the widest picture; larger ones are made smaller.
  public init(
    columns: Int, rows: Int, cellWidth: Int, cellHeight: Int, texts: Texts = Texts()
  ) {
    precondition(
      columns > 0 && rows > 0 && cellWidth > 0 && cellHeight > 0,
      "a sheet of \(columns)x\(rows) pictures of \(cellWidth)x\(cellHeight) pixels")
    self.columns = columns
    self.rows = rows
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    captionLines = texts.captionLines
    scale = max(1, min(cellWidth, cellHeight) / 400)
    let letter = BitmapFont.width * scale
    let line = Self.lineHeight * scale
    let headingColumns = min(
      Self.mostHeadingColumns, texts.rows.map(\.count).max() ?? 0)
    rowHeadings = texts.rows.map {
      SheetText.lines($0, columns: max(1, headingColumns), limit: max(1, cellHeight / line))
    }
    left = headingColumns > 0 ? headingColumns * letter + Self.gap : 0
    columnHeadings = texts.columns.map {
      SheetText.lines($0, columns: max(1, cellWidth / letter), limit: Self.mostHeadingLines)
    }
    width = Self.gap + left + columns * (cellWidth + Self.gap)
    titleLines = SheetText.lines(
      texts.title, columns: max(1, (width - 2 * Self.gap) / letter), limit: Self.mostTitleLines)
    headingTop = Self.gap + (titleLines.isEmpty ? 0 : titleLines.count * line + Self.gap)
    headingLines = columnHeadings.map(\.count).max() ?? 0
  }

  public var height: Int { top + rows * rowHeight }

  /// Whether it is no larger than pictures may be.
  public var fits: Bool {
    max(width, height) <= ImageLimits.standard.side
      && width * height <= ImageLimits.standard.pixels
  }

  public func place(column: Int, row: Int) -> Place {
    Place(
      x: Self.gap + left + column * (cellWidth + Self.gap), y: top + row * rowHeight,
      width: cellWidth, height: cellHeight)
  }

  /// From one line of text to the next, before scaling.
  static let lineHeight = BitmapFont.height + 1

  private var top: Int {
    headingTop + (headingLines > 0 ? headingLines * Self.lineHeight * scale + Self.gap / 2 : 0)
  }

  private var rowHeight: Int { cellHeight + Self.gap + captionLines * Self.lineHeight * scale }
}
