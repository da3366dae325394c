import Terminal

/// The picture on its way or done, and what it is; before the first one, how to begin.
extension StudioState {
  func drawPreview(in area: Rect, on surface: inout Surface) {
    guard !area.isEmpty else { return }
    var area = drawCondition(in: area, on: &surface)
    guard let image = preview.image else {
      drawWelcome(in: area, on: &surface)
      return
    }
    // What a stopped job leaves stays, and is worth all colours.
    let isPassing = preview.isPassing && (run != nil || draft != nil)
    var text = preview.caption
    if isPinned { text += "  (esc follows the newest)" }
    if let beside = preview.beside, area.width >= Self.leastForTwo {
      let left = area.cutLeft((area.width - 1) / 2)
      _ = area.cutLeft(1)
      draw(beside.image, beside.caption, isPassing: isPassing, in: left, on: &surface)
    }
    draw(image, text, isPassing: isPassing, in: area, on: &surface)
  }

  /// Columns below which a picture beside another one would be a stamp.
  private static let leastForTwo = 40

  func draw(
    _ image: ScreenImage, _ text: String, isPassing: Bool, in area: Rect, on surface: inout Surface
  ) {
    var area = area
    let caption = area.cutBottom(1)
    surface.fill(area, role: .image)
    surface.images.append(ImagePlacement(area: area, image: image, isPassing: isPassing))
    surface.write(text.shortened(to: caption.width), x: caption.x, y: caption.y, role: .muted)
  }

  private func drawWelcome(in area: Rect, on surface: inout Surface) {
    let lines =
      isFirstStart
      ? [
        "A prompt is ready: Enter runs it, and the picture appears here step by step.",
        "Tab goes through the panels; arrows and typing change settings.",
        "Esc stops typing; then ? lists keys, : finds every command, q quits.",
      ]
      : ["Enter in the prompt makes a picture; it appears here step by step."]
    let wrapped = lines.flatMap { $0.wrapped(to: min(area.width, 78)) }
    let top = area.y + max(0, (area.height - wrapped.count) / 2)
    let width = wrapped.map { DisplayWidth.columns($0) }.max() ?? 0
    for (index, line) in wrapped.enumerated() {
      surface.write(
        line, x: area.x + max(0, (area.width - width) / 2), y: top + index, role: .text, clip: area)
    }
  }
}
