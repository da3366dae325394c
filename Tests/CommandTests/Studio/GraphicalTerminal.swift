import Foundation
import Tensors
import Testing

/// The studio in an xterm that draws sixel pictures, on a display of its own.
final class GraphicalTerminal {
  /// Pixels of the font that X servers bring along.
  private static let cell = (width: 6, height: 13)
  /// Pixels around the cells.
  private static let border = 2

  private(set) var columns = 120
  private(set) var rows = 40
  private let workplace: Workplace
  private let display: VirtualDisplay
  private let xterm: StartedRun
  private let window: String

  init(_ workplace: Workplace) throws {
    self.workplace = workplace
    display = try VirtualDisplay(workplace)
    xterm = try workplace.startWithOpenSignals(
      [
        "-ti", "vt340", "-tn", "xterm-256color", "-bw", "0", "-b", "\(Self.border)", "+sb",
        "-geometry", "\(columns)x\(rows)+0+0", "-e", Workplace.program.path,
      ], environment: ["DISPLAY": display.name], program: try Tool.xterm.file())
    let tool = try Tool.xdotool.file()
    let environment = ["DISPLAY": display.name]
    let search = ["search", "--onlyvisible", "--class", "XTerm"]
    var found = ""
    let isShown = try Patience.wait {
      found = try workplace.run(search, environment: environment, program: tool).output
      return !found.isEmpty
    }
    try #require(isShown, "xterm shows no window")
    window = try #require(found.split(separator: "\n").first.map(String.init))
    try focus()
    // The pointer is a part of the pixels.
    try tell("mousemove", "911", "599")
  }

  deinit {
    xterm.send(SIGTERM)
    _ = xterm.finish()
  }

  private func tell(_ arguments: String...) throws {
    try workplace.run(
      arguments, environment: ["DISPLAY": display.name], program: try Tool.xdotool.file()
    ).expectSuccess()
  }

  // MARK: The person

  func focus() throws { try tell("windowfocus", "--sync", window) }

  /// Presses keys one after the other, as X names them, such as `ctrl+l` or `Return`.
  func press(_ keys: String...) throws {
    for key in keys { try tell("key", key) }
  }

  func type(_ text: String) throws { try tell("type", "--delay", "20", text) }

  func resize(_ columns: Int, _ rows: Int) throws {
    let edges = 2 * Self.border
    try tell(
      "windowsize", window, "\(columns * Self.cell.width + edges)",
      "\(rows * Self.cell.height + edges)")
    (self.columns, self.rows) = (columns, rows)
  }

  /// Takes the window off the display and puts it back, which has xterm draw everything anew.
  func expose() throws {
    try tell("windowunmap", "--sync", window)
    try tell("windowmap", "--sync", window)
    try focus()
  }

  // MARK: What is seen

  func pixels() throws -> Screenshot { try display.pixels() }

  /// The pixels of some cells.
  func area(_ cells: CellArea) -> PixelArea {
    PixelArea(
      columns: span(cells.columns, Self.cell.width), rows: span(cells.rows, Self.cell.height))
  }

  /// All cells.
  var cells: CellArea { CellArea(columns: 0..<columns, rows: 0..<rows) }

  /// The pixels of a picture in the middle of some cells, enlarged by a whole factor as far as it goes.
  func place(of picture: PixelImage, in cells: CellArea) -> PixelArea {
    let (width, height) = (Self.cell.width, Self.cell.height)
    let factor = min(
      cells.columns.count * width / picture.width, cells.rows.count * height / picture.height)
    let size = (width: picture.width * factor, height: picture.height * factor)
    let (columns, rows) = ((size.width + width - 1) / width, (size.height + height - 1) / height)
    let left =
      Self.border + (cells.columns.lowerBound + (cells.columns.count - columns) / 2) * width
    let top = Self.border + (cells.rows.lowerBound + (cells.rows.count - rows) / 2) * height
    return PixelArea(columns: left..<left + size.width, rows: top..<top + size.height)
  }

  private func span(_ cells: Range<Int>, _ size: Int) -> Range<Int> {
    Self.border + cells.lowerBound * size..<Self.border + cells.upperBound * size
  }

  /// Has the studio write its screen until that is as it should be.
  func waits(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until condition: (String) -> Bool
  ) throws {
    let met = try Patience.wait(every: .milliseconds(200)) { condition(try freshScreen()) }
    try #require(
      met, "waited for \(what) in vain:\n\(workplace.writtenScreen)", sourceLocation: sourceLocation
    )
  }

  /// Has the studio write its screen, as it is after everything that was pressed before.
  private func freshScreen() throws -> String {
    workplace.forgetWrittenScreen()
    try press("ctrl+s")
    _ = Patience.wait(within: .seconds(10)) { !workplace.writtenScreen.isEmpty }
    return workplace.writtenScreen
  }

  /// The inside of the panel with a title, without its last row, which has the caption.
  func picturePanel() throws -> CellArea {
    try waits("the size") {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count == rows + 1
    }
    let lines = workplace.writtenScreen.split(separator: "\n").map(Array.init)
    let title = Array("4 Preview")
    for (row, line) in lines.enumerated() {
      guard
        let place = line.indices.first(where: { line[$0...].starts(with: title) }),
        let left = line[..<place].lastIndex(of: "╭"),
        let right = line[place...].firstIndex(of: "╮"),
        let bottom = lines.indices.first(where: {
          $0 > row && lines[$0].indices.contains(left) && lines[$0][left] == "╰"
        })
      else { continue }
      return CellArea(columns: left + 1..<right, rows: row + 1..<bottom - 1)
    }
    throw MissingPanel(screen: workplace.writtenScreen)
  }

  private struct MissingPanel: Error { let screen: String }
}

/// Cells of a terminal.
struct CellArea {
  var columns: Range<Int>
  var rows: Range<Int>

  /// Two halves beside each other with a column between them, as the preview has them.
  var halves: (left: CellArea, right: CellArea) {
    let middle = columns.lowerBound + (columns.count - 1) / 2
    return (
      CellArea(columns: columns.lowerBound..<middle, rows: rows),
      CellArea(columns: middle + 1..<columns.upperBound, rows: rows)
    )
  }
}

/// Pixels of a display.
struct PixelArea: Equatable {
  var columns: Range<Int>
  var rows: Range<Int>

  func holds(_ other: PixelArea) -> Bool {
    columns.lowerBound <= other.columns.lowerBound && other.columns.upperBound <= columns.upperBound
      && rows.lowerBound <= other.rows.lowerBound && other.rows.upperBound <= rows.upperBound
  }
}
