import Gallery
import Terminal

/// Two pictures side by side or one after the other in one place, and what sets them apart.
extension StudioState {
  func drawComparison(in area: Rect, on surface: inout Surface) {
    guard let pair = gallery.pair else { return }
    var area = area
    let lines = comparisonLines(pair, width: area.width)
    let text = area.cutBottom(min(lines.count, max(4, area.height * 2 / 5)))
    _ = area.cutBottom(1)
    if pair.isFlipped {
      drawCompared(pair, isRight: pair.isRight, in: area, on: &surface)
    } else {
      let left = area.cutLeft((area.width - 2) / 2)
      _ = area.cutLeft(2)
      drawCompared(pair, isRight: false, in: left, on: &surface)
      drawCompared(pair, isRight: true, in: area, on: &surface)
    }
    for (row, line) in lines.prefix(text.height).enumerated() {
      var x = text.x
      for part in line {
        x = surface.write(
          part.text, x: x, y: text.y + row, role: part.role, attributes: part.attributes, clip: text
        )
      }
    }
  }

  private func drawCompared(
    _ pair: GalleryState.Pair, isRight: Bool, in area: Rect, on surface: inout Surface
  ) {
    var area = area
    let name = isRight ? pair.right : pair.left
    let picture = gallery.pictures[name]
    let isInFront = isRight == pair.isRight
    let caption = area.cutTop(1)
    let side = isRight ? "right" : "left"
    let text = "\(isInFront ? "› " : "")\(side): \(picture?.markText ?? "") \(name)"
      .replacing("  ", with: " ")
    surface.write(
      text.shortened(to: caption.width), x: caption.x, y: caption.y,
      role: isInFront ? .titleFocused : .muted, attributes: isInFront ? .bold : [], clip: caption)
    surface.fill(area, role: .image)
    if let image = gallery.full[name] ?? nil {
      surface.images.append(ImagePlacement(area: area, image: image, isPassing: false))
    } else if gallery.full[name] != nil {
      surface.fill(area, role: .text)
      let fault = picture?.fault ?? "It cannot be shown."
      for (row, line) in "✗ \(fault)".wrapped(to: area.width).enumerated() {
        surface.write(line, x: area.x, y: area.y + row, role: .error, clip: area)
      }
    }
  }

  private struct Part {
    var text: String
    var role = Role.text
    var attributes: TextAttributes = []
  }

  private static let nameColumns = 14

  private func comparisonLines(_ pair: GalleryState.Pair, width: Int) -> [[Part]] {
    guard let comparison = pair.comparison else { return [] }
    let column = max(1, (width - Self.nameColumns) / 2)
    func padded(_ text: String, _ columns: Int) -> String {
      let text = text.shortened(to: columns - 1)
      return text + String(repeating: " ", count: max(0, columns - DisplayWidth.columns(text)))
    }
    var lines: [[Part]] = comparison.settings.map { setting in
      [
        Part(text: padded(setting.name, Self.nameColumns), role: .muted),
        Part(text: padded(setting.left, column)), Part(text: padded(setting.right, column)),
      ]
    }
    for (name, texts) in [("Prompt", comparison.prompt), ("Negative", comparison.negative)] {
      for (side, words) in [("left", texts.left), ("right", texts.right)] where !words.isEmpty {
        let label = "\(name) \(side)"
        lines += wrapped(words, label: padded(label, Self.nameColumns + 2), width: width)
      }
    }
    if comparison.prompt.left.isEmpty, comparison.prompt.right.isEmpty {
      lines.append([
        Part(text: padded("Prompt", Self.nameColumns), role: .muted),
        Part(text: "the same", role: .muted),
      ])
    }
    let titles = ["Differs", "left", "right"]
    lines.insert(
      comparison.settings.isEmpty
        ? [Part(text: "No setting differs.", role: .muted)]
        : zip(titles, [Self.nameColumns, column, column]).map {
          Part(text: padded($0, $1), role: .title)
        }, at: 0)
    return lines
  }

  /// Words in rows; those of one prompt alone are underlined.
  private func wrapped(
    _ words: [GalleryComparison.Word], label: String, width: Int
  ) -> [[Part]] {
    let indent = DisplayWidth.columns(label)
    var lines: [[Part]] = [[Part(text: label, role: .muted)]]
    var used = indent
    for word in words {
      let text = word.text.shortened(to: max(1, width - indent))
      let columns = DisplayWidth.columns(text)
      if used > indent, used + 1 + columns > width {
        lines.append([Part(text: String(repeating: " ", count: indent))])
        used = indent
      } else if used > indent {
        lines[lines.count - 1].append(Part(text: " "))
        used += 1
      }
      lines[lines.count - 1].append(
        word.isOwn
          ? Part(text: text, role: .match, attributes: .underline) : Part(text: text))
      used += columns
    }
    return lines
  }
}
