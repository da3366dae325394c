import Terminal

/// The settings with the size drawn, their faults, and the forecast below.
extension StudioState {
  func drawSettings(in area: Rect, on surface: inout Surface) {
    var area = area
    let footer = area.cutBottom(settingsFooter(area.height))
    let rows = settingsRows
    let selected = selection[.settings] ?? 0
    let first = min(max(0, selected - area.height + 1), max(0, rows.count - area.height))
    for (index, row) in rows.enumerated().dropFirst(first).prefix(area.height) {
      drawRow(
        row, isSelected: index == selected,
        in: Rect(x: area.x, y: area.y + index - first, width: area.width, height: 1), on: &surface)
    }
    drawForecast(in: footer, on: &surface)
  }

  /// Rows below the settings for faults and the forecast.
  func settingsFooter(_ height: Int) -> Int { min(3, max(0, height - 4)) }

  private static let labelColumns = 13

  private func drawRow(
    _ row: SettingsRow, isSelected: Bool, in area: Rect, on surface: inout Surface
  ) {
    let fault = problem(of: row)
    let isEdited = field?.row == row
    if isSelected {
      surface.fill(area, role: focus == .settings ? .selected : .selectedInactive)
    }
    let ground: Role? =
      isSelected ? (focus == .settings ? .selected : .selectedInactive) : nil
    let mark = isSelected && focus == .settings ? "›" : " "
    surface.write(mark, x: area.x - 1, y: area.y, role: .accent)
    surface.write(row.title, x: area.x, y: area.y, role: ground ?? .muted, clip: area)
    let value = Rect(
      x: area.x + Self.labelColumns, y: area.y, width: area.width - Self.labelColumns, height: 1)
    if isEdited, let field {
      surface.fill(value, role: .input)
      let text = field.editor.text
      surface.write(text, x: value.x, y: value.y, role: .input, clip: value)
      let cursor = field.editor.visualCursor(width: max(1, value.width))
      surface.cursor = .init(x: min(value.x + cursor.column, value.maxX - 1), y: value.y)
      return
    }
    var text = settings.text(of: row, model: model)
    if row == .size, let drawn = shape { text += " \(drawn)" }
    if let fault { text += fault.isError ? " ✗" : " !" }
    let role: Role = fault.map { $0.isError ? .error : .warning } ?? ground ?? .text
    surface.write(
      text.shortened(to: value.width), x: value.x, y: value.y, role: role, clip: value)
  }

  func problem(of row: SettingsRow) -> Assessment.Problem? {
    let problems = assessment?.problems.filter { $0.field == row } ?? []
    return problems.first(where: \.isError) ?? problems.first
  }

  /// The aspect of the size, drawn and in numbers.
  private var shape: String? {
    guard let size = settings.size ?? model?.nativeSize else { return nil }
    let sides = size.split(separator: "x").compactMap { Double($0) }
    guard sides.count == 2, sides[1] > 0 else { return nil }
    let ratio = sides[0] / sides[1]
    let sign = ratio > 1.15 ? "▬" : ratio < 0.87 ? "▮" : "■"
    return "\(preferences.borders == .ascii ? "" : sign + " ")\(Figures.aspect(size))"
  }

  /// The fault of the row under the cursor, else the worst one, else what the run will take.
  private func drawForecast(in area: Rect, on surface: inout Surface) {
    guard !area.isEmpty else { return }
    var lines: [(String, Role)] = []
    if let fault = field?.fault {
      lines = [(fault, .error)]
    } else if focus == .settings, let row = selectedRow, let problem = problem(of: row) {
      lines = [(problem.message, problem.isError ? .error : .warning)]
    } else if let problem = assessment?.problems.first(where: \.isError)
      ?? assessment?.problems.first
    {
      lines = [(problem.message, problem.isError ? .error : .warning)]
    } else if let note = (assessment?.prompt?.notes ?? []).first
      ?? (assessment?.negative?.notes ?? []).first
    {
      lines = [(note, .warning)]
    }
    let wrapped = lines.flatMap { text, role in
      text.wrapped(to: area.width).map { ($0, role) }
    }
    for (index, line) in wrapped.prefix(area.height - 1).enumerated() {
      surface.write(line.0, x: area.x, y: area.y + index, role: line.1, clip: area)
    }
    guard let forecast = assessment?.forecast, assessment?.expansions ?? 1 <= Expander.most else {
      return
    }
    let count = assessment.map { max(1, $0.expansions) } ?? 1
    let seconds = forecast.seconds * Double(count)
    var text = "Forecast \(Figures.seconds(seconds)), \(Figures.bytes(forecast.peakBytes))"
    if count > 1 { text += ", \(count) jobs" }
    if !forecast.isCalibrated { text += " (a guess)" }
    let fits = forecast.peakBytes <= forecast.availableBytes
    if !fits { text = "! \(text), more than the \(Figures.bytes(forecast.availableBytes)) free" }
    surface.write(
      text.shortened(to: area.width), x: area.x, y: area.maxY - 1,
      role: fits ? .accent : .warning)
  }
}

extension String {
  /// At most so many columns, with an ellipsis for what is left out.
  func shortened(to columns: Int) -> String {
    guard DisplayWidth.columns(self) > columns else { return self }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    var text = ""
    var used = 0
    for character in self {
      let width = max(1, DisplayWidth.columns(character))
      if used + width > columns - 1 { break }
      text.append(character)
      used += width
    }
    return text + "…"
  }

  /// Broken at spaces into lines of at most so many columns.
  func wrapped(to columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = String(paragraph.prefix { $0 == " " })
      var line = indent
      var used = indent.count
      for word in paragraph.dropFirst(indent.count).split(separator: " ") {
        var word = String(word)
        let width = DisplayWidth.columns(word)
        if used > indent.count, used + 1 + width > columns {
          lines.append(line)
          (line, used) = (indent, indent.count)
        } else if used > indent.count {
          line += " "
          used += 1
        }
        while DisplayWidth.columns(word) > max(1, columns - used) {
          let part = word.prefixColumns(max(1, columns - used))
          lines.append(line + part)
          word.removeFirst(part.count)
          (line, used) = (indent, indent.count)
        }
        line += word
        used += DisplayWidth.columns(word)
      }
      lines.append(line)
    }
    return lines
  }

  private func prefixColumns(_ columns: Int) -> String {
    var text = ""
    var used = 0
    for character in self {
      used += Swift.max(1, DisplayWidth.columns(character))
      if used > columns, !text.isEmpty { break }
      text.append(character)
    }
    return text
  }
}
