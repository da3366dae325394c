import Jobs
import Terminal

/// The queue and the list of pictures.
extension StudioState {
  func drawQueue(in area: Rect, on surface: inout Surface) {
    let rows = queueRows
    if rows.isEmpty {
      let text = queue.jobs.isEmpty ? "No jobs. Enter in the prompt adds one." : "Nothing found."
      surface.write(
        text.shortened(to: area.width), x: area.x, y: area.y, role: .placeholder, clip: area)
    }
    drawList(.queue, count: rows.count, in: area, on: &surface) { index in
      let job = rows[index]
      let role: Role =
        switch job.status {
        case .running: .accent
        case .done: .success
        case .failed: .error
        case .suspended: .warning
        case .waiting, .cancelled: .muted
        }
      return [
        ("\(job.id) ", .muted), (job.statusText, role),
        (progress(of: job), .muted), ("  \(sheetPlace(of: job))\(job.request.prompt)", .text),
      ]
    }
  }

  private func progress(of job: Job) -> String {
    if job.status == .running, let run, run.job == job.id {
      return " \(Int(run.overall * 100)) %"
    }
    if job.status == .done, let seconds = job.seconds { return " \(Figures.seconds(seconds))" }
    return ""
  }

  func drawPictures(in area: Rect, on surface: inout Surface) {
    let rows = pictureRows
    if rows.isEmpty {
      let text = pictures.isEmpty ? "Finished pictures are listed here." : "Nothing found."
      surface.write(
        text.shortened(to: area.width), x: area.x, y: area.y, role: .placeholder, clip: area)
    }
    drawList(.pictures, count: rows.count, in: area, on: &surface) { index in
      let entry = rows[index]
      return [(entry.title, .text), ("  \(entry.detail)", .muted)]
    }
  }

  /// Rows of which one is under the cursor, scrolled so that it is seen.
  private func drawList(
    _ panel: Panel, count: Int, in area: Rect, on surface: inout Surface,
    row: (Int) -> [(String, Role)]
  ) {
    let selected = selection[panel] ?? 0
    let first = min(max(0, selected - area.height + 1), max(0, count - area.height))
    for index in (first..<count).prefix(area.height) {
      let line = Rect(x: area.x, y: area.y + index - first, width: area.width, height: 1)
      let isSelected = index == selected
      let ground: Role? =
        isSelected ? (focus == panel ? .selected : .selectedInactive) : nil
      if let ground { surface.fill(line, role: ground) }
      if isSelected, focus == panel {
        surface.write("›", x: line.x - 1, y: line.y, role: .accent)
      }
      var x = line.x
      for (text, role) in row(index) {
        let text = text.replacing("\n", with: " ").shortened(to: line.maxX - x)
        x = surface.write(text, x: x, y: line.y, role: ground ?? role, clip: line)
      }
    }
    if first > 0 { surface.write("↑", x: area.maxX, y: area.y, role: .muted) }
    if first + area.height < count {
      surface.write("↓", x: area.maxX, y: area.maxY - 1, role: .muted)
    }
  }
}
