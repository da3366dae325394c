import Foundation
import Gallery
import Tensors
import Testing

extension DrivenStudioTests {
  /// Back over the steps of a picture and on from one of them, in tmux.
  @Suite struct StudioFilmTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure("model = \"\(Workplace.model)\"\nsize = \"48x48\"\nsteps = 6\n")
    }

    @Test(.timeLimit(.minutes(5))) func branchesFromAStep() throws {
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try terminal.press("C-u")
      try terminal.type("three stars")
      try terminal.waits(for: "│ three stars ")
      try terminal.press("Enter")
      try terminal.waits(for: "✓ Saved /")
      try shell.stepOut()
      try terminal.press("4", "[", "[")
      try terminal.waits(for: "step 4 of 6, coarse")
      try terminal.press("D")
      try terminal.waits("the step in full") {
        $0.contains("step 4 of 6") && !$0.contains("6, coarse")
      }
      // With the settings as they were, and then with others.
      try terminal.press("b")
      try terminal.waits("two pictures") { _ in workplace.pictures.count == 2 }
      try terminal.waits(for: "branched from: step 6 of 6")
      try terminal.press("[", "[")
      try terminal.waits(for: "branch at step 4: step 4 of 6")
      try terminal.press("F2")
      try terminal.type("guidance 9")
      try terminal.press("Enter")
      try terminal.waits(for: "Guidance     9")
      try terminal.press("b")
      try terminal.waits("three pictures") { _ in workplace.pictures.count == 3 }
      try terminal.press("T")
      try terminal.waits(for: "└─ at 4: three stars  guidance 9")
      try terminal.press("Escape")
      try shell.quitStudio()
      try shell.expectTerminalBack()

      let pictures = try workplace.pictures.map { try workplace.whole($0) }
      let parent = try #require(pictures.first { $0.recipe.branch == nil })
      let same = try #require(
        pictures.first { $0.recipe.branch != nil && $0.recipe.guidance == 4.5 })
      let other = try #require(pictures.first { $0.recipe.guidance == 9 })
      #expect(same.image == parent.image)
      #expect(other.image != parent.image)
      #expect(other.recipe.branch?.map(\.at) == [4])
      // Each says of itself all that it takes to make it again.
      let models = URL(filePath: Workplace.model).deletingLastPathComponent().path
      let verified = try workplace.run(
        ["verify"] + workplace.pictures.map(\.path), environment: ["PIXART_MODELS": models])
      verified.expectSuccess()
      #expect(verified.output.components(separatedBy: "exact").count == 4, "\(verified.output)")
    }
  }
}
