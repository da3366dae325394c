import Terminal

/// Lists and texts over the panels.
extension StudioState {
  func drawPopups(on surface: inout Surface) {
    if let textPopup {
      draw(textPopup, on: &surface)
    } else if let chooser {
      draw(chooser, on: &surface)
    } else if let editing = sheets.editing {
      draw(editing, on: &surface)
    } else if let adapterEditing {
      draw(adapterEditing, on: &surface)
    }
  }

  func frame(_ area: Rect, title: String, right: String, on surface: inout Surface) -> Rect {
    surface.fill(area, role: .popup)
    surface.drawBox(
      area, title: title, right: right, style: preferences.borders, role: .popupBorder,
      titleRole: .titleFocused)
    return area.inset(dx: 2, dy: 1)
  }

  /// Where a list stands; themes to the side, so that the screen they change is seen.
  func chooserArea(_ kind: Chooser.Kind, count: Int) -> Rect {
    let screen = Rect(x: 0, y: 0, width: columns, height: rows - 1)
    let height = min(screen.height - 2, max(6, count + 4))
    if kind == .theme {
      let width = min(44, columns - 4)
      return Rect(x: columns - width - 2, y: 1, width: width, height: height)
    }
    return screen.inset(dx: 2, dy: 1).centered(width: min(96, columns - 4), height: height)
  }

  /// The rows of a list, below its query.
  func chooserRows(_ area: Rect) -> Rect {
    var inside = area.inset(dx: 2, dy: 1)
    _ = inside.cutTop(2)
    return inside
  }

  /// First row that is shown.
  func chooserScroll(height: Int, count: Int) -> Int {
    let selected = chooser?.selection ?? 0
    return min(max(0, selected - height + 1), max(0, count - height))
  }

  private func draw(_ chooser: Chooser, on surface: inout Surface) {
    let items = chooserItems
    let area = chooserArea(chooser.kind, count: items.count)
    let position = items.isEmpty ? "none" : "\(chooser.selection + 1)/\(items.count)"
    let inside = frame(area, title: chooser.title, right: position, on: &surface)
    var x = surface.write("› ", x: inside.x, y: inside.y, role: .accent, clip: inside)
    let query = Rect(x: x, y: inside.y, width: inside.maxX - x, height: 1)
    surface.fill(query, role: .input)
    if chooser.query.text.isEmpty {
      surface.write("type to narrow the list", x: x, y: inside.y, role: .placeholder, clip: query)
    }
    surface.write(chooser.query.text, x: x, y: inside.y, role: .input, clip: query)
    let cursor = chooser.query.visualCursor(width: max(1, query.width))
    surface.cursor = .init(x: min(query.maxX - 1, x + cursor.column), y: inside.y)

    let list = chooserRows(area)
    let first = chooserScroll(height: list.height, count: items.count)
    for index in (first..<items.count).prefix(list.height) {
      let row = Rect(x: list.x, y: list.y + index - first, width: list.width, height: 1)
      let isSelected = index == chooser.selection
      if isSelected { surface.fill(row, role: .selected) }
      x = row.x
      let item = items[index]
      if isSelected { surface.write("›", x: row.x - 1, y: row.y, role: .accent) }
      draw(item, isSelected: isSelected, in: row, on: &surface)
    }
  }

  private func draw(
    _ item: ChooserItem, isSelected: Bool, in row: Rect, on surface: inout Surface
  ) {
    let role: Role = isSelected ? .selected : .popup
    let keyWidth = DisplayWidth.columns(item.key)
    let label = item.label.shortened(to: max(0, row.width - keyWidth - 1))
    let matches = Set(item.matches)
    var x = row.x
    for (index, character) in label.enumerated() {
      let isMatch = matches.contains(index)
      x = surface.write(
        String(character), x: x, y: row.y, role: isMatch && !isSelected ? .match : role,
        attributes: isMatch ? .underline : [], clip: row)
    }
    if keyWidth > 0 {
      surface.write(
        item.key, x: row.maxX - keyWidth, y: row.y, role: isSelected ? role : .key, clip: row)
    } else if !item.detail.isEmpty {
      let detail = item.detail.shortened(to: max(0, row.maxX - x - 2))
      surface.write(detail, x: x + 2, y: row.y, role: isSelected ? role : .muted, clip: row)
    }
  }

  /// Its lines as they are broken for the screen.
  func textPopupLines(_ popup: TextPopup) -> [String] {
    popup.lines.flatMap { $0.wrapped(to: min(100, columns - 4) - 4) }
  }

  func textPopupArea(_ popup: TextPopup) -> Rect {
    let screen = Rect(x: 0, y: 0, width: columns, height: rows - 1)
    return screen.inset(dx: 2, dy: 1).centered(
      width: min(100, columns - 4),
      height: min(screen.height - 2, textPopupLines(popup).count + 2))
  }

  private func draw(_ popup: TextPopup, on surface: inout Surface) {
    let lines = textPopupLines(popup)
    let inside = frame(textPopupArea(popup), title: popup.title, right: "", on: &surface)
    for (index, line) in lines.dropFirst(popup.scroll).prefix(inside.height).enumerated() {
      surface.write(line, x: inside.x, y: inside.y + index, role: .popup, clip: inside)
    }
  }
}
