import Terminal

/// Where everything is on a screen of a given size.
struct StudioLayout: Equatable {
  /// Outer rectangles of the panels that are shown.
  var panels: [Panel: Rect] = [:]
  /// The row of tabs of the narrow layout.
  var tabs: Rect?
  var progress: Rect
  var hints: Rect

  /// From this width on, panels stand side by side.
  static let wideColumns = 100

  init(columns: Int, rows: Int, focus: Panel, isZoomed: Bool, settingsRows: Int) {
    var rest = Rect(x: 0, y: 0, width: columns, height: rows)
    hints = rest.cutBottom(1)
    progress = rest.cutBottom(1)
    if isZoomed {
      panels[focus] = rest
      return
    }
    if columns < Self.wideColumns {
      tabs = rest.cutTop(1)
      if focus.isText {
        // Where there is room, the picture is seen while the prompt is written.
        let isRoomy = rest.height >= 18
        panels[.prompt] = rest.cutTop(isRoomy ? 6 : rest.height * 3 / 5)
        panels[.negative] = isRoomy ? rest.cutTop(3) : rest
        if isRoomy { panels[.preview] = rest }
      } else {
        panels[focus] = rest
      }
      return
    }
    var top = rest.cutTop(rows >= 30 ? 6 : 5)
    panels[.prompt] = top.cutLeft(top.width * 2 / 3)
    panels[.negative] = top
    var left = rest.cutLeft(min(46, max(38, columns / 3)))
    panels[.settings] = left.cutTop(min(settingsRows + 5, left.height - 5))
    panels[.queue] = left
    panels[.pictures] = rest.cutBottom(min(8, max(4, rest.height / 5)))
    panels[.preview] = rest
  }

  /// The panel at a cell.
  func panel(x: Int, y: Int) -> Panel? {
    panels.first { $0.value.contains(x: x, y: y) }?.key
  }
}

extension StudioState {
  var layout: StudioLayout {
    StudioLayout(
      columns: columns, rows: rows, focus: focus, isZoomed: isZoomed,
      settingsRows: SettingsRow.visible(for: settings, styles: styles, models: models).count)
  }

  /// Columns for the text of a prompt panel.
  func textWidth(of panel: Panel) -> Int {
    max(1, (layout.panels[panel]?.width ?? columns) - 4)
  }
}
