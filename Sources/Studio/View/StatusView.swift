import Terminal

/// The progress line and the hint line.
extension StudioState {
  /// Notices, else what runs: bar, step, seconds a step, time left, memory, threads.
  func drawProgress(in area: Rect, on surface: inout Surface) {
    if let filter = filterEditing {
      let x = surface.write(" Search: ", x: area.x, y: area.y, role: .accent, clip: area)
      surface.write(filter.text, x: x, y: area.y, role: .input, clip: area)
      let cursor = filter.visualCursor(width: max(1, area.width))
      surface.cursor = .init(x: min(area.maxX - 1, x + cursor.column), y: area.y)
      return
    }
    var x = area.x + 1
    if let run { x = drawRun(run, x: x, in: area, on: &surface) + 2 }
    if let notice {
      let mark =
        switch notice.kind {
        case .info: ""
        case .success: "✓ "
        case .warning: "! "
        case .error: "✗ "
        }
      surface.write(
        (mark + notice.text).replacing("\n", with: " ").shortened(to: max(0, area.maxX - x)), x: x,
        y: area.y, role: notice.role, clip: area)
    } else if hasUnsaved {
      surface.write(
        "! A picture is in memory only. :save-again tries again to save it.".shortened(
          to: max(0, area.maxX - x)), x: x, y: area.y, role: .warning, clip: area)
    } else if run == nil {
      let text =
        draft != nil
        ? "Draft on its way." : drafts ? "Drafts appear when typing pauses." : ""
      surface.write(text, x: x, y: area.y, role: .muted, clip: area)
    }
  }

  /// - Returns: The column behind it.
  private func drawRun(_ run: RunState, x: Int, in area: Rect, on surface: inout Surface) -> Int {
    let bar = Figures.bar(
      run.overall, width: min(24, area.width / 6), ascii: preferences.borders == .ascii)
    var x = surface.write(bar.done, x: x, y: area.y, role: .progress, clip: area)
    x = surface.write(bar.left, x: x, y: area.y, role: .progressTrack, clip: area)
    x = surface.write(" \(stageText(of: run))", x: x, y: area.y, role: .accent, clip: area)
    var parts: [String] = []
    if let seconds = run.secondsPerStep, run.stage == .denoising {
      parts.append("\(Figures.seconds(seconds))/step")
    }
    if let left = run.secondsLeft(at: clock) { parts.append("\(Figures.seconds(left)) left") }
    if run.memoryNow > 0 {
      parts.append("\(Figures.bytes(run.memoryNow)), peak \(Figures.bytes(run.memoryPeak))")
    }
    if run.threads > 0 { parts.append("\(run.threads) threads") }
    let room = notice == nil ? area.maxX - x : max(0, area.maxX - x - 40)
    let text = (" · " + parts.joined(separator: " · ")).shortened(to: room)
    if parts.isEmpty || room < 8 { return x }
    return surface.write(text, x: x, y: area.y, role: .muted, clip: area)
  }

  func stageText(of run: RunState) -> String {
    if run.isStopping { return "stopping" }
    let picture = run.pictures > 1 ? "picture \(run.picture + 1)/\(run.pictures) " : ""
    switch run.stage {
    case .starting: return "starting"
    case .loading(let part, let index, let count): return "loading \(part) \(index + 1)/\(count)"
    case .preparing: return "preparing the text encoder"
    case .encoding: return "reading the prompt"
    case .denoising: return "\(picture)step \(min(run.step + 1, run.steps))/\(run.steps)"
    case .decoding: return "\(picture)decoding \(Int(run.fraction * 100)) %"
    case .saving: return "saving"
    }
  }

  /// Keys that mean something where the focus is, the panel's own first.
  func drawHints(in area: Rect, on surface: inout Surface) {
    var x = area.x + 1
    for (key, text) in hints {
      let width = key.count + 1 + text.count
      guard x + width <= area.maxX else { break }
      x = surface.write(key, x: x, y: area.y, role: .key, attributes: .bold, clip: area)
      x = surface.write(" \(text)", x: x, y: area.y, role: .muted, clip: area) + 2
    }
  }

  private var hints: [(String, String)] {
    if textPopup != nil { return [("↑↓", "scroll"), ("esc", "close")] }
    if chooser != nil {
      return [("enter", "choose"), ("↑↓", "move"), ("esc", "close"), ("type", "to narrow")]
    }
    if sheets.editing != nil {
      return [("enter", "queue the pictures"), ("tab", "other line"), ("esc", "close")]
    }
    if field != nil { return [("enter", "take"), ("esc", "leave as it was")] }
    if filterEditing != nil || gallery.isSearching {
      return [("enter", "keep"), ("esc", "show all")]
    }
    if isGalleryOpen { return galleryHints }
    var actions = scopes.flatMap { scope in
      ActionTable.actions.filter { $0.scope == scope && $0.hint != nil && !$0.keys.isEmpty }
    }
    // What a sheet makes of a key counts more than what the preview does.
    actions.removeAll { ActionTable.action(for: $0.keys[0], in: scopes) != $0 }
    if focus.isText, !isTyping {
      actions.insert(
        contentsOf: ActionTable.actions.filter { $0.scope == .text && $0.id == .run }, at: 0)
    }
    return actions.map { ($0.keys[0].description, $0.hint ?? "") }
  }
}

extension Notice {
  fileprivate var role: Role {
    switch kind {
    case .info: .text
    case .success: .success
    case .warning: .warning
    case .error: .error
    }
  }
}
