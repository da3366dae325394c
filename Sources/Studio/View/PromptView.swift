import Prompts
import Terminal

/// A prompt panel: the text with its marks, what is cut off, and the cursor.
extension StudioState {
  func drawPrompt(
    _ editor: TextEditor, _ panel: Panel, _ tokens: Assessment.Tokens?, in area: Rect,
    on surface: inout Surface
  ) {
    guard !area.isEmpty else { return }
    if editor.text.isEmpty {
      let hint = panel == .prompt ? "What the picture should show" : "What it should not show"
      surface.write(hint, x: area.x, y: area.y, role: .placeholder, clip: area)
    }
    let lines = editor.layout(width: area.width)
    let cursor = editor.visualCursor(width: area.width)
    let first = min(max(0, cursor.row - area.height + 1), max(0, lines.count - area.height))
    let marks = CharacterRoles(editor.text, cutStart: tokens?.cutStart)
    for (row, line) in lines.enumerated().dropFirst(first).prefix(area.height) {
      var x = area.x
      let y = area.y + row - first
      for (index, character) in zip(editor.text.indices[line.range], line.text) {
        let role = marks.role(at: index)
        x = surface.write(
          String(character), x: x, y: y, role: role,
          attributes: role == .cut ? .underline : [], clip: area)
      }
    }
    if first > 0 { surface.write("↑", x: area.maxX, y: area.y, role: .muted) }
    if first + area.height < lines.count {
      surface.write("↓", x: area.maxX, y: area.maxY - 1, role: .muted)
    }
    guard panel == focus, isTyping, chooser == nil, textPopup == nil else { return }
    surface.cursor = .init(
      x: area.x + min(cursor.column, area.width - 1), y: area.y + cursor.row - first)
  }
}

/// How each character of a prompt is shown.
private struct CharacterRoles {
  private let highlights: [PromptHighlight]
  private let cut: String.Index?

  /// - Parameter cutStart: In characters.
  init(_ text: String, cutStart: Int?) {
    highlights = PromptHighlight.highlights(in: text)
    cut = cutStart.flatMap { text.index(text.startIndex, offsetBy: $0, limitedBy: text.endIndex) }
  }

  func role(at index: String.Index) -> Role {
    if let cut, index >= cut { return .cut }
    switch highlights.first(where: { $0.range.contains(index) })?.kind {
    case .weight: return .weight
    case .error: return .error
    case .alternatives, .wildcard: return .template
    case nil: return .text
    }
  }
}
