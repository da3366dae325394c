import Foundation
import Gallery
import Terminal

/// One picture as large as it goes, beside what is known of it.
extension StudioState {
  func drawLarge(in area: Rect, on surface: inout Surface) {
    guard let name = gallery.selectedName else { return }
    var picture = area
    var text = area
    if area.width >= Self.besideFrom {
      text = Rect(
        x: area.maxX - Self.textColumns, y: area.y, width: Self.textColumns, height: area.height)
      picture.width -= Self.textColumns + 2
    } else {
      text = picture.cutBottom(min(9, area.height / 2))
    }
    surface.fill(picture, role: .image)
    if let image = gallery.full[name] ?? gallery.lastFull {
      surface.images.append(ImagePlacement(area: picture, image: image, isPassing: false))
    } else if gallery.full[name] != nil {
      surface.fill(picture, role: .text)
      let fault = gallery.pictures[name]?.fault ?? "It cannot be shown."
      for (row, line) in "✗ \(fault)".wrapped(to: picture.width).enumerated() {
        surface.write(line, x: picture.x, y: picture.y + row, role: .error, clip: picture)
      }
    }
    var y = text.y
    for (line, role) in largeText(name, width: text.width) where y < text.maxY {
      surface.write(line, x: text.x, y: y, role: role, clip: text)
      y += 1
    }
  }

  /// Below this many columns the text stands under the picture.
  private static let besideFrom = 90
  private static let textColumns = 38

  private func largeText(_ name: String, width: Int) -> [(String, Role)] {
    var lines: [(String, Role)] = []
    func add(_ text: String, _ role: Role = .text) {
      lines += text.wrapped(to: width).map { ($0, role) }
    }
    func title(_ text: String) {
      if !lines.isEmpty { lines.append(("", .text)) }
      add(text, .title)
    }
    guard let picture = gallery.pictures[name] else { return [(name, .muted)] }
    if gallery.marked.contains(name) { add("✓ marked", .success) }
    if !picture.markText.isEmpty {
      let rating = picture.marks.rating
      add(
        [picture.marks.star ? "★ starred" : "", rating > 0 ? "rated \(rating) of 5" : ""]
          .filter { !$0.isEmpty }.joined(separator: ", "), .accent)
    }
    // Where the picture cannot be shown at all, its place says why.
    if let fault = picture.fault, gallery.full[name] ?? nil != nil { add("! \(fault)", .warning) }
    if let recipe = picture.recipe {
      title("Prompt")
      add(recipe.prompt)
      if !recipe.negative.isEmpty {
        title("Negative")
        add(recipe.negative)
      }
      title("Settings")
      for (name, value) in picture.settings {
        let label = name.padding(toLength: 13, withPad: " ", startingAt: 0)
        let rows = value.wrapped(to: max(1, width - 13))
        for (row, text) in rows.enumerated() {
          // Not wrapped again, which would take the column's blanks away.
          lines.append(((row == 0 ? label : String(repeating: " ", count: 13)) + text, .text))
        }
      }
    } else {
      title("Settings")
      add("It does not say how it was made.", .muted)
    }
    title("File")
    add(picture.name)
    add(
      [
        picture.size, Figures.fileSize(picture.byteCount),
        picture.origin.map { "by \($0.rawValue)" },
      ]
      .compactMap { $0 }.joined(separator: ", "), .muted)
    add(picture.date, .muted)
    return lines
  }
}

extension Figures {
  /// `840 KB`, or as ``bytes(_:)`` from a megabyte on.
  static func fileSize(_ bytes: Int) -> String {
    bytes < 1_000_000 ? "\((bytes + 999) / 1000) KB" : self.bytes(bytes)
  }
}
