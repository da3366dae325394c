import Jobs
import Terminal

/// The two axes of a sheet, what is wrong with them, and what they would take.
extension StudioState {
  func draw(_ editing: SheetEditing, on surface: inout Surface) {
    let width = min(90, columns - 4)
    let lines = note(of: editing).flatMap { text, role in
      text.wrapped(to: width - 4).map { ($0, role) }
    }
    let screen = Rect(x: 0, y: 0, width: columns, height: rows - 1)
    let area = screen.inset(dx: 2, dy: 1).centered(width: width, height: 5 + lines.count)
    let count = editing.plan.map { "\($0.count) picture\($0.count == 1 ? "" : "s")" } ?? ""
    var inside = frame(area, title: "Sheet", right: count, on: &surface)
    drawAxis("Columns", editing.x, isTyped: editing.line == .x, in: inside.cutTop(1), on: &surface)
    drawAxis("Rows", editing.y, isTyped: editing.line == .y, in: inside.cutTop(1), on: &surface)
    _ = inside.cutTop(1)
    for (index, line) in lines.enumerated() {
      surface.write(line.0, x: inside.x, y: inside.y + index, role: line.1, clip: inside)
    }
  }

  private func drawAxis(
    _ title: String, _ editor: TextEditor, isTyped: Bool, in area: Rect, on surface: inout Surface
  ) {
    surface.write(title, x: area.x, y: area.y, role: isTyped ? .accent : .popup, clip: area)
    let value = Rect(x: area.x + 9, y: area.y, width: max(0, area.width - 9), height: 1)
    if isTyped { surface.fill(value, role: .input) }
    if editor.text.isEmpty {
      surface.write("none", x: value.x, y: value.y, role: .placeholder, clip: value)
    }
    surface.write(
      editor.text, x: value.x, y: value.y, role: isTyped ? .input : .popup, clip: value)
    if isTyped {
      let cursor = editor.visualCursor(width: max(1, value.width))
      surface.cursor = .init(x: min(value.x + cursor.column, value.maxX - 1), y: value.y)
    }
  }

  private func note(of editing: SheetEditing) -> [(String, Role)] {
    if let fault = editing.fault { return [(fault, .error)] }
    guard let plan = editing.plan else {
      let settings = SheetAxis.Setting.allCases.map(\.rawValue).joined(separator: ", ")
      return [
        (
          "A setting and its values, such as steps=4,8,16, guidance=1..7:2, prompt=red|green.",
          .popup
        ),
        ("Settings: \(settings).", .muted),
      ]
    }
    guard let forecast = presentAssessment?.forecast else { return [(plan.title, .muted)] }
    let seconds = Figures.seconds(forecast.seconds * Double(plan.count))
    return [("About \(seconds), as the settings are now.", .muted)]
  }
}
