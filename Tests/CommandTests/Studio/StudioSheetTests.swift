import Foundation
import Gallery
import Jobs
import Testing

extension DrivenStudioTests {
  /// A small sheet in tmux: planned, filled, gone through, saved.
  @Suite struct StudioSheetTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure("model = \"\(Workplace.model)\"\nsize = \"48x48\"\nsteps = 3\n")
    }

    @Test(.timeLimit(.minutes(5))) func makesASheet() throws {
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try terminal.press("C-u")
      try terminal.type("three stars")
      try terminal.waits(for: "│ three stars ")
      try shell.stepOut()
      try terminal.press("S")
      try terminal.waits(for: "A setting and its values")
      try terminal.type("guidance=1,x")
      try terminal.waits(for: "'x' is no guidance")
      try terminal.press("BSpace")
      try terminal.type("3")
      try terminal.press("Tab")
      try terminal.type("prompt=three|two")
      try terminal.waits(for: "4 pictures")
      try terminal.press("Enter")
      try terminal.waits(for: "✓ Saved the sheet /")
      try terminal.waits(for: "guidance 1, three: 4 of 4 made")
      try terminal.press("Right", "Down")
      try terminal.waits(for: "guidance 3, two: 4 of 4 made")
      try terminal.press("Enter")
      try terminal.waits(for: "step 3 of 3")
      try terminal.press("[")
      try terminal.waits(for: "step 2 of 3, coarse")
      try terminal.press("Escape")
      try terminal.waits(for: "guidance 3, two: 4 of 4 made")
      try shell.quitStudio()
      try shell.expectTerminalBack()

      var sheets: [SheetRecord] = []
      var cells: Set<String> = []
      for file in workplace.pictures {
        if let record = try SheetRecord(readingFrom: Data(contentsOf: file)) {
          sheets.append(record)
        } else {
          cells.insert(file.lastPathComponent)
        }
      }
      let sheet = try #require(sheets.first)
      #expect(sheets.count == 1 && cells.count == 4)
      #expect(Set(sheet.cells.joined().compactMap(\.self)) == cells)
      #expect(sheet.x == .init(setting: "guidance", values: ["1", "3"]))
      #expect(sheet.y == .init(setting: "prompt", values: ["three", "two"]))
      let corner = try #require(sheet.cells[1][1])
      let recipe = try workplace.whole(workplace.gallery.appending(path: corner)).recipe
      #expect(recipe.guidance == 3 && recipe.prompt == "two stars")
    }
  }
}
