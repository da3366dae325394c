/// What boxes are drawn with.
public enum BorderStyle: String, Sendable, CaseIterable {
  case rounded, unicode, ascii

  /// Corners from the top left clockwise, then a horizontal and a vertical line.
  private var parts: [Character] {
    switch self {
    case .rounded: ["╭", "╮", "╯", "╰", "─", "│"]
    case .unicode: ["┌", "┐", "┘", "└", "─", "│"]
    case .ascii: ["+", "+", "+", "+", "-", "|"]
    }
  }

  public var topLeft: Character { parts[0] }
  public var topRight: Character { parts[1] }
  var bottomRight: Character { parts[2] }
  var bottomLeft: Character { parts[3] }
  public var horizontal: Character { parts[4] }
  public var vertical: Character { parts[5] }
}

extension Surface {
  /// Draws a frame, its texts in the upper line, and leaves what is inside.
  ///
  /// - Parameters:
  ///   - number: A digit before the title, as the key that leads here.
  ///   - right: A short text at the upper line's right end; left out where the title needs the room.
  ///   - role: Of the lines.
  /// - Returns: The rectangle inside.
  @discardableResult
  public mutating func drawBox(
    _ rect: Rect, title: String = "", number: Int? = nil, right: String = "",
    style: BorderStyle, role: Role = .border, titleRole: Role = .title
  ) -> Rect {
    let inner = rect.inset(dx: 1, dy: 1)
    guard rect.width >= 2, rect.height >= 2 else { return inner }
    let (last, bottom) = (rect.maxX - 1, rect.maxY - 1)
    fill(Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), style.horizontal, role: role)
    fill(Rect(x: rect.x, y: bottom, width: rect.width, height: 1), style.horizontal, role: role)
    fill(Rect(x: rect.x, y: rect.y, width: 1, height: rect.height), style.vertical, role: role)
    fill(Rect(x: last, y: rect.y, width: 1, height: rect.height), style.vertical, role: role)
    for (corner, x, y) in [
      (style.topLeft, rect.x, rect.y), (style.topRight, last, rect.y),
      (style.bottomRight, last, bottom), (style.bottomLeft, rect.x, bottom),
    ] { write(String(corner), x: x, y: y, role: role) }
    // Corner and one piece of line stay on each side.
    let line = Rect(x: rect.x + 2, y: rect.y, width: rect.width - 4, height: 1)
    var x = line.x
    if let number, line.width >= 3 {
      x = write(" \(number)", x: x, y: line.y, role: .muted, clip: line)
    }
    if !title.isEmpty, line.maxX - x >= 4 {
      x = write(" ", x: x, y: line.y, role: role, clip: line)
      let shown = title.cut(toColumns: line.maxX - x - 1, ellipsis: style == .ascii ? "~" : "…")
      x = write(shown, x: x, y: line.y, role: titleRole, clip: line)
    }
    if x > line.x { x = write(" ", x: x, y: line.y, role: role, clip: line) }
    let width = DisplayWidth.columns(right) + 2
    if !right.isEmpty, line.maxX - width > x {
      write(" \(right) ", x: line.maxX - width, y: line.y, role: .muted, clip: line)
    }
    return inner
  }
}

extension String {
  /// The text, or its beginning and an ellipsis where it has more columns.
  fileprivate func cut(toColumns columns: Int, ellipsis: Character) -> String {
    if DisplayWidth.columns(self) <= columns { return self }
    var cut = ""
    var width = 1
    for character in self {
      width += Swift.max(1, DisplayWidth.columns(character))
      if width > columns { break }
      cut.append(character)
    }
    return cut + String(ellipsis)
  }
}
