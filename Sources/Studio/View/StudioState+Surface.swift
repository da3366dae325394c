public import Terminal

extension StudioState {
  /// The whole screen as it is now.
  public var surface: Surface {
    var surface = Surface(width: columns, height: rows)
    surface.fill(surface.bounds, role: .text)
    guard !isTooSmall else {
      drawTooSmall(on: &surface)
      return surface
    }
    let layout = self.layout
    if isGalleryOpen {
      drawGallery(on: &surface)
    } else {
      if let tabs = layout.tabs { drawTabs(in: tabs, on: &surface) }
      for panel in Panel.allCases {
        guard let area = layout.panels[panel] else { continue }
        draw(panel, in: area, on: &surface)
      }
    }
    drawProgress(in: layout.progress, on: &surface)
    drawHints(in: layout.hints, on: &surface)
    drawPopups(on: &surface)
    if preferences.borders == .ascii { surface.replaceSigns(outside: promptTexts(layout)) }
    return surface
  }

  private func draw(_ panel: Panel, in area: Rect, on surface: inout Surface) {
    let inside = drawFrame(of: panel, in: area, on: &surface)
    switch panel {
    case .prompt: drawPrompt(prompt, .prompt, assessment?.prompt, in: inside, on: &surface)
    case .negative: drawPrompt(negative, .negative, assessment?.negative, in: inside, on: &surface)
    case .settings: drawSettings(in: inside, on: &surface)
    case .preview: drawPreview(in: inside, on: &surface)
    case .queue: drawQueue(in: inside, on: &surface)
    case .pictures: drawPictures(in: inside, on: &surface)
    }
  }

  /// - Returns: The room inside.
  private func drawFrame(of panel: Panel, in area: Rect, on surface: inout Surface) -> Rect {
    let isFocused = panel == focus
    surface.drawBox(
      area, title: title(of: panel), number: panel.rawValue, right: corner(of: panel),
      style: preferences.borders, role: isFocused ? .borderFocused : .border,
      titleRole: isFocused ? .titleFocused : .title)
    return area.inset(dx: 2, dy: 1)
  }

  private func title(of panel: Panel) -> String {
    guard panel == .prompt, let editedJob else { return panel.title }
    return "\(panel.title) of job \(editedJob)"
  }

  /// What the upper right corner of a panel says.
  private func corner(of panel: Panel) -> String {
    switch panel {
    case .prompt: meter(assessment?.prompt)
    case .negative: negative.text.isEmpty ? "" : meter(assessment?.negative)
    case .settings, .pictures: filterText(panel)
    case .preview: graphics
    case .queue: (queue.isPaused ? "‖ paused " : "") + filterText(.queue)
    }
  }

  private func meter(_ tokens: Assessment.Tokens?) -> String {
    guard let tokens else { return "" }
    let text = "\(tokens.count)/\(tokens.limit) tokens"
    return tokens.count > tokens.limit ? "\(text), cut" : text
  }

  private func filterText(_ panel: Panel) -> String {
    guard let filter = filters[panel], !filter.isEmpty else { return "" }
    return "/\(filter)"
  }

  private func drawTooSmall(on surface: inout Surface) {
    var lines = [
      "The window is too small: \(columns)x\(rows).",
      "pixart needs \(Self.smallest.columns)x\(Self.smallest.rows).",
      run == nil ? "q quits." : "The job goes on. q quits.",
    ]
    if let notice { lines.append(notice.text.shortened(to: columns)) }
    let top = max(0, (rows - lines.count) / 2)
    for (index, line) in lines.enumerated() {
      let x = max(0, (columns - line.count) / 2)
      surface.write(line, x: x, y: top + index, role: index == 0 ? .warning : .text)
    }
  }

  private func drawTabs(in area: Rect, on surface: inout Surface) {
    var x = area.x
    for panel in Panel.allCases {
      let isFocused = panel == focus
      let label =
        isFocused ? "[\(panel.rawValue) \(panel.title)]" : " \(panel.rawValue) \(panel.title) "
      x = surface.write(
        label, x: x, y: area.y, role: isFocused ? .titleFocused : .title,
        attributes: isFocused ? .bold : [], clip: area)
    }
  }
}

extension StudioState {
  /// Where what people wrote stands as they wrote it.
  private func promptTexts(_ layout: StudioLayout) -> [Rect] {
    isGalleryOpen
      ? [galleryLayout.query]
      : [Panel.prompt, .negative].compactMap { layout.panels[$0]?.inset(dx: 2, dy: 1) }
  }
}
