/// One character cell of the screen.
public struct Cell: Sendable, Equatable {
  /// Nil in the right half of a wide character.
  public var character: Character?
  public var role: Role
  /// On top of what the theme gives the role.
  public var attributes: TextAttributes

  public init(_ character: Character? = " ", role: Role = .text, attributes: TextAttributes = []) {
    self.character = character
    self.role = role
    self.attributes = attributes
  }
}

/// A whole screen as a value: cells, pictures and the cursor.
///
/// Everything drawn outside is clipped.
public struct Surface: Sendable, Equatable {
  public let width: Int
  public let height: Int
  private var cells: [Cell]
  /// Pictures over cells of role `image`; one is shown only while all its cells have that role.
  public var images: [ImagePlacement] = []
  /// Where the terminal's cursor stands; hidden if nil.
  public var cursor: Position?

  public struct Position: Sendable, Equatable {
    public var x: Int
    public var y: Int

    public init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell at a place inside ``bounds``.
  public subscript(x: Int, y: Int) -> Cell { cells[y * width + x] }

  /// Writes one line of text; control characters become spaces.
  ///
  /// - Parameters:
  ///   - clip: Nothing is written outside; the whole surface if nil.
  /// - Returns: The column after the text, whether it was visible or not.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, role: Role = .text, attributes: TextAttributes = [],
    clip: Rect? = nil
  ) -> Int {
    let area = bounds.intersection(clip ?? bounds)
    var column = x
    for character in text {
      let shown: Character = character.isControl ? " " : character
      let columns = max(1, DisplayWidth.columns(shown))
      if y >= area.y, y < area.maxY, column >= area.x, column + columns <= area.maxX {
        put(Cell(shown, role: role, attributes: attributes), columns: columns, x: column, y: y)
      }
      column += columns
    }
    return column
  }

  /// Fills a rectangle with a character of one column.
  public mutating func fill(_ rect: Rect, _ character: Character = " ", role: Role) {
    let area = bounds.intersection(rect)
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX { put(Cell(character, role: role), columns: 1, x: x, y: y) }
    }
  }

  private static let plainSigns: [Character: Character] = [
    "✓": "+", "✗": "x", "‖": "=", "▶": ">", "›": ">", "·": "-", "↑": "^", "↓": "v", "…": "~",
    "■": "#", "▬": "#", "▮": "#", "×": "x", "★": "*",
  ]

  /// Puts ASCII in place of the signs that lists and texts are marked with.
  public mutating func replaceSigns(outside kept: [Rect]) {
    for index in cells.indices {
      guard let sign = cells[index].character, let plain = Self.plainSigns[sign],
        !kept.contains(where: { $0.contains(x: index % width, y: index / width) })
      else { continue }
      cells[index].character = plain
    }
  }

  /// Sets a cell and blanks what is left of wide characters it cuts in half.
  private mutating func put(_ cell: Cell, columns: Int, x: Int, y: Int) {
    let index = y * width + x
    if cells[index].character == nil, x > 0 { cells[index - 1].character = " " }
    let after = index + columns
    if x + columns < width, cells[after].character == nil { cells[after].character = " " }
    cells[index] = cell
    if columns == 2 {
      cells[index + 1] = Cell(nil, role: cell.role, attributes: cell.attributes)
    }
  }

  /// The rows as text, blanks at the ends left out: what tests and screen files hold.
  public var rows: [String] {
    (0..<height).map { y in
      var row = String(cells[(y * width)..<((y + 1) * width)].compactMap(\.character))
      while row.last == " " { row.removeLast() }
      return row
    }
  }
}

extension Character {
  fileprivate var isControl: Bool {
    unicodeScalars.first.map { $0.value < 32 || (127..<160).contains($0.value) } ?? true
  }
}
