import Foundation
import Gallery
import Tensors
import Testing

extension DrivenStudioTests {
  /// Pictures in real pixels: where they should be, and only there and then.
  @Suite struct StudioSixelTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure(Workplace.quickSettings + "theme = \"slate\"\n")
    }

    /// Waits until the test card is whole in the middle of its panel, and nowhere else.
    private func expectCard(
      _ terminal: GraphicalTerminal, _ when: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let panel = try terminal.picturePanel()
      let inside = terminal.area(panel)
      var problem = ""
      let isShown = try Patience.wait(every: .milliseconds(200)) {
        let display = try terminal.pixels()
        let (count, area) = TestCard.find(in: display)
        problem = Self.problem(count, area, inside, TestCard.faults(in: display, at: area))
        return problem.isEmpty
      }
      try #require(
        isShown, "\(when): \(problem)\n\(workplace.writtenScreen)", sourceLocation: sourceLocation)
      let lastRow = terminal.area(
        CellArea(columns: 0..<terminal.columns, rows: terminal.rows - 1..<terminal.rows))
      let (_, area) = TestCard.find(in: try terminal.pixels())
      #expect(
        area.rows.upperBound <= lastRow.rows.lowerBound, "\(when)", sourceLocation: sourceLocation)
    }

    /// What is wrong with what is seen; empty if nothing is.
    private static func problem(
      _ count: Int, _ area: PixelArea, _ inside: PixelArea, _ faults: [String]
    ) -> String {
      if count == 0 { return "no picture" }
      if !inside.holds(area) { return "at \(area), beyond its panel \(inside)" }
      if abs(area.columns.count - area.rows.count) > 2 { return "\(area) is no square" }
      if count < area.columns.count * area.rows.count * 99 / 100 { return "\(area) has holes" }
      // Not a thumbnail: more than half of what there is room for.
      let room = min(inside.columns.count, inside.rows.count)
      if area.rows.count * 2 <= room { return "\(area) is small in \(inside)" }
      // In the middle, to a cell.
      let aside =
        area.columns.lowerBound + area.columns.upperBound
        - inside.columns.lowerBound - inside.columns.upperBound
      if abs(aside) > 2 * 7 { return "\(area) is not in the middle of \(inside)" }
      return faults.isEmpty ? "" : "wrong colours at \(faults)"
    }

    private func expectNoCard(
      _ terminal: GraphicalTerminal, _ when: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var found = (count: 0, area: PixelArea(columns: 0..<0, rows: 0..<0))
      let isGone = try Patience.wait(every: .milliseconds(200)) {
        found = TestCard.find(in: try terminal.pixels())
        return found.count == 0
      }
      #expect(isGone, "\(when): \(found)", sourceLocation: sourceLocation)
    }

    @Test(.timeLimit(.minutes(10))) func showsAPictureWhereItBelongs() throws {
      try FileManager.default.createDirectory(
        at: workplace.gallery, withIntermediateDirectories: true)
      try PNG.encode(TestCard.image).write(to: workplace.gallery.appending(path: "card.png"))
      let terminal = try GraphicalTerminal(workplace)
      try terminal.waits("sixel and the list") { $0.contains("sixel ─╮") && $0.contains("card") }
      try expectNoCard(terminal, "at the start")
      // From the prompt: a terminal that says Alt with the eighth bit would type something.
      try terminal.press("alt+6", "Return")
      try expectCard(terminal, "shown")
      #expect(workplace.pictures.count == 1, "the prompt was run")

      try terminal.press("F1")
      try expectNoCard(terminal, "behind a popup")
      try terminal.press("Escape")
      try expectCard(terminal, "after a popup")

      try terminal.press("3", "z")
      try expectNoCard(terminal, "behind another panel")
      try terminal.press("z")
      try expectCard(terminal, "after another panel")

      try terminal.press("4", "z")
      try expectCard(terminal, "alone")
      try terminal.press("z")
      try expectCard(terminal, "among others again")

      for (columns, rows) in [(150, 45), (104, 32), (120, 40)] {
        try terminal.resize(columns, rows)
        try expectCard(terminal, "at \(columns)x\(rows)")
      }
      // One panel at a time.
      try terminal.resize(80, 30)
      try expectCard(terminal, "in a narrow window")
      try terminal.press("3")
      try expectNoCard(terminal, "on another page")
      try terminal.press("4")
      try expectCard(terminal, "on its page again")
      try terminal.resize(120, 40)
      try expectCard(terminal, "in a wide window again")

      try terminal.expose()
      try expectCard(terminal, "after the window was away")
      try terminal.press("ctrl+l")
      try expectCard(terminal, "drawn again")
      try terminal.press("F2")
      try terminal.type("theme nord")
      try terminal.press("Return")
      try expectCard(terminal, "in another theme")
    }

    /// What was made is seen as it was saved, and the next run takes its place.
    @Test(.timeLimit(.minutes(10))) func showsWhatWasMade() throws {
      let terminal = try GraphicalTerminal(workplace)
      try terminal.waits("sixel") { $0.contains("sixel ─╮") }
      try terminal.press("Return")
      try #require(Patience.wait { workplace.pictures.count == 1 }, "no picture was made")
      let (image, recipe) = try workplace.whole(workplace.pictures[0])
      try terminal.waits("the caption") { $0.contains("seed \(recipe.seed ?? 0)") }
      let inside = terminal.area(try terminal.picturePanel())
      var difference = 255.0
      let isSame = try Patience.wait(every: .milliseconds(200)) {
        let display = try terminal.pixels()
        guard let area = display.content(of: inside) else { return false }
        difference = display.meanDifference(at: area, from: image)
        return difference < 12
      }
      #expect(isSame, "the mean difference is \(difference) of 255")
    }
  }
}
