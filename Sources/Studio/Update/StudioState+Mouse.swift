import Terminal

/// A click focuses and selects, a second one opens, the wheel scrolls.
extension StudioState {
  mutating func take(_ mouse: MouseEvent, _ effects: inout [StudioEffect]) {
    if textPopup != nil {
      switch mouse.kind {
      case .press, .doublePress: textPopup = nil
      case .scrollUp: scrollTextPopup(-3)
      case .scrollDown: scrollTextPopup(3)
      case .drag, .release: break
      }
      return
    }
    if chooser != nil { return takeInChooser(mouse, &effects) }
    if sheets.editing != nil || adapterEditing != nil { return }
    if isGalleryOpen { return takeInGallery(mouse, &effects) }
    let layout = self.layout
    if let tabs = layout.tabs, tabs.contains(x: mouse.x, y: mouse.y), mouse.kind == .press {
      if let panel = tab(at: mouse.x) { go(to: panel) }
      return
    }
    guard let panel = layout.panel(x: mouse.x, y: mouse.y), let area = layout.panels[panel] else {
      return
    }
    switch mouse.kind {
    case .press, .doublePress:
      if field != nil, panel != .settings { field = nil }
      if focus != panel { go(to: panel) }
      click(panel, area.inset(dx: 2, dy: 1), mouse, &effects)
    case .scrollUp: scroll(panel, -3)
    case .scrollDown: scroll(panel, 3)
    case .drag, .release: break
    }
  }

  private func tab(at column: Int) -> Panel? {
    var x = 0
    for panel in Panel.allCases {
      x += panel.title.count + 4
      if column < x { return panel }
    }
    return nil
  }

  private mutating func click(
    _ panel: Panel, _ inside: Rect, _ mouse: MouseEvent, _ effects: inout [StudioEffect]
  ) {
    guard inside.contains(x: mouse.x, y: mouse.y) else { return }
    let (column, row) = (mouse.x - inside.x, mouse.y - inside.y)
    switch panel {
    case .prompt, .negative:
      isTyping = true
      edit { editor, width in
        let first = max(0, editor.visualCursor(width: width).row - inside.height + 1)
        editor.moveTo(row: first + row, column: column, width: width)
      }
    case .preview: break
    case .settings, .queue, .pictures:
      let listHeight = inside.height - (panel == .settings ? settingsFooter(inside.height) : 0)
      let selected = selection[panel] ?? 0
      let count = rowCount(of: panel)
      let first = min(max(0, selected - listHeight + 1), max(0, count - listHeight))
      guard row < listHeight, first + row < count else { return }
      selection[panel] = first + row
      field = nil
      if mouse.kind == .doublePress,
        let action = ActionTable.action(for: KeyPress(.enter), in: scopes)
      {
        perform(action, &effects)
      }
    }
  }

  private mutating func scroll(_ panel: Panel, _ rows: Int) {
    let last = max(0, rowCount(of: panel) - 1)
    selection[panel] = min(max(0, (selection[panel] ?? 0) + rows), last)
  }

  private mutating func takeInChooser(_ mouse: MouseEvent, _ effects: inout [StudioEffect]) {
    guard let chooser else { return }
    let items = chooserItems
    let area = chooserArea(chooser.kind, count: items.count)
    switch mouse.kind {
    case .scrollUp: self.chooser?.selection = max(0, chooser.selection - 3)
    case .scrollDown: self.chooser?.selection = min(max(0, items.count - 1), chooser.selection + 3)
    case .press, .doublePress:
      guard area.contains(x: mouse.x, y: mouse.y) else { return closeChooser() }
      let list = chooserRows(area)
      let first = chooserScroll(height: list.height, count: items.count)
      let index = first + mouse.y - list.y
      guard list.contains(x: mouse.x, y: mouse.y), items.indices.contains(index) else { return }
      if chooser.selection == index { return choose(&effects) }
      self.chooser?.selection = index
    case .drag, .release: return
    }
    showThemeUnderCursor()
  }
}
