/// A captured screen, cell by cell: what is seen, not by which sequences it came about.
struct StyledScreen: Equatable {
  private struct Style: Equatable {
    var ink = ""
    var ground = ""
    var attributes: Set<Int> = []

    /// Takes the parameters of one sequence, as tmux writes them.
    mutating func take(_ parameters: [Int]) {
      var rest = parameters[...]
      while let first = rest.popFirst() {
        switch first {
        case 0: self = Style()
        case 38, 48:
          let count = rest.first == 2 ? 4 : 2
          let color = rest.prefix(count).map(String.init).joined(separator: ";")
          rest = rest.dropFirst(count)
          if first == 38 { ink = color } else { ground = color }
        case 30...37, 90...97: ink = "\(first)"
        case 39: ink = ""
        case 40...47, 100...107: ground = "\(first)"
        case 49: ground = ""
        default: attributes.insert(first)
        }
      }
    }
  }

  private struct Cell: Equatable {
    var character: Character
    var style: Style
  }

  private var rows: [[Cell]] = []

  /// - Parameter capture: From `tmux capture-pane -p -e -N`.
  init(_ capture: String) {
    var style = Style()
    rows = capture.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // Where the cursor is stands below the rows, in the style of the last cell, a blank perhaps.
      if line.hasPrefix("cursor ") { style = Style() }
      var cells: [Cell] = []
      var rest = Substring(line)
      while let next = rest.first {
        if next == "\u{1B}", let end = rest.firstIndex(of: "m") {
          let numbers = rest[..<end].dropFirst(2).split(
            separator: ";", omittingEmptySubsequences: false)
          style.take(numbers.map { Int($0) ?? 0 })
          rest = rest[end...].dropFirst()
          continue
        }
        var cell = Cell(character: next, style: style)
        // The ink of a blank is not seen.
        if next == " " || next == "\u{A0}" {
          cell.character = " "
          cell.style.ink = ""
          cell.style.attributes.remove(1)
        }
        cells.append(cell)
        rest = rest.dropFirst()
      }
      let plain = Cell(character: " ", style: Style())
      while cells.last == plain { cells.removeLast() }
      return cells
    }
  }

  /// Where it differs from another one, row by row; empty if nowhere.
  func differences(from other: StyledScreen) -> String {
    var lines = rows.count == other.rows.count ? [] : ["\(rows.count) rows, \(other.rows.count)"]
    for (row, (mine, theirs)) in zip(rows, other.rows).enumerated() where mine != theirs {
      let column = zip(mine, theirs).enumerated().first { $0.1.0 != $0.1.1 }?.offset
      let place = column ?? min(mine.count, theirs.count)
      func cell(_ cells: [Cell]) -> String { place < cells.count ? "\(cells[place])" : "nothing" }
      lines += [
        "row \(row): \(String(mine.map(\.character)))",
        "  after: \(String(theirs.map(\.character)))",
        "  from column \(place): \(cell(mine)), after: \(cell(theirs))",
      ]
    }
    return lines.joined(separator: "\n")
  }
}
