import Foundation
import Testing

extension DrivenStudioTests {
  /// The gallery in real pixels: the right picture, at the right place, gone when gone.
  @Suite struct StudioGalleryPixelTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure(Workplace.quickSettings + "theme = \"slate\"\n")
      try FlatPicture.save(in: workplace.gallery)
    }

    private func openGallery() throws -> GraphicalTerminal {
      let terminal = try GraphicalTerminal(workplace)
      try terminal.waits("sixel") { $0.contains("sixel ─╮") }
      try terminal.press("alt+7")
      try terminal.waits("the gallery") {
        $0.contains("5 pictures · newest") && Self.captions($0) == FlatPicture.allCases
      }
      return terminal
    }

    /// The pictures whose captions are there.
    private static func captions(_ screen: String) -> [FlatPicture] {
      FlatPicture.allCases.filter { screen.contains($0.prompt) }
    }

    /// Waits until these pictures are whole squares and no pixel of the others is there.
    ///
    /// No key is pressed: it would be one with Alt after Escape.
    ///
    /// - Parameter problem: What is wrong with where a picture is; empty if nothing is.
    private func expect(
      _ pictures: [FlatPicture], _ terminal: GraphicalTerminal, _ when: String,
      sourceLocation: SourceLocation = #_sourceLocation,
      place problem: (FlatPicture, PixelArea) -> String = { _, _ in "" }
    ) throws {
      var problems: [String] = []
      let isRight = try Patience.wait(every: .milliseconds(200)) {
        let found = FlatPicture.find(in: try terminal.pixels())
        problems = FlatPicture.allCases.compactMap { picture in
          let isWanted = pictures.contains(picture)
          guard let (count, area) = found[picture] else {
            return isWanted ? "\(picture) is missing" : nil
          }
          guard isWanted else { return "\(count) pixels of \(picture) at \(area)" }
          let (width, height) = (area.columns.count, area.rows.count)
          if abs(width - height) > 2 { return "\(picture) at \(area) is no square" }
          if count < width * height * 9 / 10 { return "\(picture) at \(area) has holes" }
          if width < FlatPicture.side - 2 { return "\(picture) at \(area) is small" }
          let fault = problem(picture, area)
          return fault.isEmpty ? nil : "\(picture) at \(area): \(fault)"
        }
        return problems.isEmpty
      }
      try #require(isRight, "\(when): \(problems)", sourceLocation: sourceLocation)
    }

    /// A thumbnail is right above its caption, in the written screen, and in the middle of its tile.
    private func tileProblem(
      _ picture: FlatPicture, _ area: PixelArea, _ terminal: GraphicalTerminal, _ screen: String
    ) -> String {
      let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
      for (row, line) in rows.enumerated() {
        guard let start = line.firstRange(of: picture.prompt)?.lowerBound else { continue }
        let column = line.distance(from: line.startIndex, to: start)
        // The caption of the tile under the cursor begins with a sign and a blank.
        let tile = terminal.area(CellArea(columns: column - 2..<column + 24, rows: row - 15..<row))
        return tile.holds(area) ? "" : "not above its caption, in \(tile)"
      }
      return "it has no caption"
    }

    @Test(.timeLimit(.minutes(10))) func showsThumbnailsWhereTheirCaptionsAre() throws {
      let terminal = try openGallery()
      let all = FlatPicture.allCases
      var screen = workplace.writtenScreen
      func expectTiles(_ pictures: [FlatPicture], _ when: String) throws {
        try expect(pictures, terminal, when) { tileProblem($0, $1, terminal, screen) }
      }
      try expectTiles(all, "at first")
      let window = terminal.area(terminal.cells)

      try terminal.press("slash")
      try terminal.type("violet")
      try terminal.waits("what was found") {
        $0.contains("1 of 5") && Self.captions($0) == [.violet]
      }
      let before = screen
      screen = workplace.writtenScreen
      try expectTiles([.violet], "what was found")
      try terminal.press("Escape")
      screen = before
      try expectTiles(all, "all again")

      try terminal.press("question")
      try expect([], terminal, "behind a popup")
      try terminal.press("Escape")
      try expectTiles(all, "after a popup")

      try terminal.press("g", "x")
      let others = all.filter { $0 != .pink }
      try terminal.waits("one less") {
        $0.contains("4 pictures") && Self.captions($0) == others
      }
      screen = workplace.writtenScreen
      try expectTiles(others, "after one went into the trash")
      try terminal.press("u")
      try terminal.waits("one more") {
        $0.contains("5 pictures") && Self.captions($0) == all
      }
      screen = workplace.writtenScreen
      try expectTiles(all, "after it came back")

      try terminal.press("g", "Return")
      try expect([.pink], terminal, "large") { _, area in
        area.rows.count >= 3 * FlatPicture.side && window.holds(area) ? "" : "not large"
      }
      try terminal.press("Right")
      try expect([.green], terminal, "the next one, large")
      try terminal.press("Escape")
      try expect(all, terminal, "the grid again")
      try terminal.press("7")
      try expect([], terminal, "in the studio")
    }

    @Test(.timeLimit(.minutes(10))) func comparesPicturesAtTheirSides() throws {
      let terminal = try openGallery()
      // Marking goes on to the next picture.
      try terminal.press("g", "space", "space", "c")
      try terminal.waits("both") {
        $0.contains("left: pink.png") && $0.contains("right: green.png")
      }
      /// Within a cell of the middle of some columns.
      func middle(of columns: Range<Int>, _ area: PixelArea) -> String {
        let room = terminal.area(CellArea(columns: columns, rows: 0..<1)).columns
        let aside =
          area.columns.lowerBound + area.columns.upperBound - room.lowerBound - room.upperBound
        return abs(aside) <= 2 * 7 ? "" : "not in the middle of \(room)"
      }
      func expectSides(_ when: String) throws {
        try expect([.pink, .green], terminal, when) { picture, area in
          // Two cells at each edge and between the halves.
          middle(of: picture == .pink ? 2..<59 : 61..<118, area)
        }
      }
      try expectSides("side by side")
      try terminal.press("f")
      try expect([.pink], terminal, "flipped") { middle(of: 2..<118, $1) }
      try terminal.press("f")
      try expect([.green], terminal, "flipped again") { middle(of: 2..<118, $1) }
      try terminal.press("c")
      try expectSides("side by side again")
      try terminal.press("question")
      try expect([], terminal, "behind a popup")
      try terminal.press("Escape")
      try expectSides("after a popup")
      try terminal.press("Escape")
      try expect(FlatPicture.allCases, terminal, "the grid again")
    }
  }
}
