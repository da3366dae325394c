import Gallery
import Jobs
import Terminal

/// The adapters of the next picture with their scales, then those that can be added.
extension StudioState {
  func draw(_ editing: AdapterEditing, on surface: inout Surface) {
    let rows = adapterRows
    let screen = Rect(x: 0, y: 0, width: columns, height: self.rows - 1)
    let height = min(screen.height - 2, max(7, rows.count + 6))
    let area = screen.inset(dx: 2, dy: 1).centered(width: min(90, columns - 4), height: height)
    let count = settings.lora.isEmpty ? "none" : "\(settings.lora.count) in use"
    var inside = frame(area, title: "LoRA adapters", right: count, on: &surface)
    drawQuery(editing, in: inside.cutTop(1), on: &surface)
    _ = inside.cutTop(1)
    var footer = inside.cutBottom(2)
    let help = footer.cutBottom(1)
    surface.write(
      "enter adds  left right scale  backspace takes away  esc done", x: help.x, y: help.y,
      role: .muted, clip: help)
    guard !rows.isEmpty else {
      surface.write(
        "No adapters at hand: type a file, or put some into 'loras' beside the models.",
        x: inside.x, y: inside.y, role: .muted, clip: inside)
      return
    }
    let first = min(
      max(0, editing.selection - inside.height + 1), max(0, rows.count - inside.height))
    for (index, row) in rows.enumerated().dropFirst(first).prefix(inside.height) {
      let line = Rect(x: inside.x, y: inside.y + index - first, width: inside.width, height: 1)
      let isSelected = index == editing.selection
      if isSelected {
        surface.fill(line, role: .selected)
        surface.write("›", x: line.x - 1, y: line.y, role: .accent)
      }
      draw(row, isSelected: isSelected, in: line, on: &surface)
    }
  }

  private func drawQuery(_ editing: AdapterEditing, in area: Rect, on surface: inout Surface) {
    let x = surface.write("› ", x: area.x, y: area.y, role: .accent, clip: area)
    let query = Rect(x: x, y: area.y, width: area.maxX - x, height: 1)
    surface.fill(query, role: .input)
    if editing.query.text.isEmpty {
      surface.write(
        "type a name or a file to add", x: x, y: area.y, role: .placeholder, clip: query)
    }
    surface.write(editing.query.text, x: x, y: area.y, role: .input, clip: query)
    let cursor = editing.query.visualCursor(width: max(1, query.width))
    surface.cursor = .init(x: min(query.maxX - 1, x + cursor.column), y: area.y)
  }

  /// A column for the scale, then the name and what is known of it.
  private func draw(
    _ row: AdapterEditing.Row, isSelected: Bool, in line: Rect, on surface: inout Surface
  ) {
    let role: Role = isSelected ? .selected : .popup
    let (mark, name): (String, String)
    switch row {
    case .used(let index):
      let adapter = settings.lora[index]
      (mark, name) = (RequestSettings.text(ofScale: adapter.scale), adapter.file)
    case .offered(let offer): (mark, name) = ("add", offer.name)
    case .typed(let adapter): (mark, name) = ("add", adapter.description)
    }
    surface.write(mark, x: line.x, y: line.y, role: isSelected ? role : .muted, clip: line)
    let x = surface.write(
      name.shortened(to: max(0, line.width - 8)), x: line.x + 8, y: line.y, role: role, clip: line)
    guard let summary = adapters.first(where: { $0.name == name })?.summary else { return }
    surface.write(
      summary.shortened(to: max(0, line.maxX - x - 2)), x: x + 2, y: line.y,
      role: isSelected ? role : .muted, clip: line)
  }
}
