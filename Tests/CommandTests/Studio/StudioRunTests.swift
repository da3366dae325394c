import Foundation
import Gallery
import Tensors
import Testing

extension DrivenStudioTests {
  /// From the first screen to a saved picture, in tmux.
  @Suite struct StudioRunTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// The first start of all, with the model that comes with the program.
    @Test(.timeLimit(.minutes(5))) func makesAPictureAndLeaves() throws {
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try terminal.waits(for: "A prompt is ready")
      #expect(try terminal.fact("alternate_on") == "1")
      #expect(try terminal.fact("mouse_any_flag") == "1")
      try terminal.press("C-u")
      try terminal.type("a red fox in snow")
      try terminal.waits(for: "│ a red fox in snow ")
      try terminal.press("Enter")
      try terminal.waits(for: "✓ Saved /")
      let pictures = workplace.pictures
      try #require(pictures.count == 1)
      let (image, recipe) = try workplace.whole(pictures[0])
      #expect(image.width >= 128 && image.width == image.height)
      #expect(recipe.prompt == "a red fox in snow")
      // The picture as blocks, and the list of pictures.
      try terminal.waits(for: "▀▀▀▀▀▀▀▀")
      try terminal.waits("the picture to be listed") {
        $0.split(separator: "\n").contains {
          $0.contains("│ a red fox in snow") && $0.contains("seed \(recipe.seed ?? 0)")
        }
      }
      try shell.quitStudio()
      try shell.expectTerminalBack()
    }

    @Test(.timeLimit(.minutes(5))) func suspendsAndComesBack() throws {
      try workplace.configure(Workplace.quickSettings)
      let shell = try StudioShell(workplace)
      try shell.startStudio()
      try shell.terminal.press("C-u")
      try shell.terminal.type("a kept prompt")
      try shell.terminal.waits(for: "a kept prompt")
      for number in 1...2 {
        try shell.terminal.press("C-z")
        try shell.expectTerminalBack("suspended-\(number)")
        try shell.terminal.type("fg")
        try shell.terminal.press("Enter")
        try shell.waitsForStudio()
        try shell.terminal.waits(for: "│ a kept prompt ")
        #expect(try shell.terminal.fact("mouse_any_flag") == "1")
      }
      try shell.quitStudio()
      try shell.expectTerminalBack()
    }

    @Test(.timeLimit(.minutes(5))) func followsTheWindowDuringARun() throws {
      try workplace.configure(Workplace.slowSettings)
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try terminal.press("Enter")
      try terminal.waits(for: " step ")
      for (columns, rows) in [(59, 30), (80, 17), (40, 5), (1, 1)] {
        try terminal.resize(columns, rows)
        if columns > 1 { try terminal.waits(for: "too small") }
      }
      try terminal.resize(60, 18)
      try terminal.waits(for: "[1 Prompt]")
      try terminal.resize(120, 36)
      try shell.waitsForStudio()
      try terminal.waits(for: " step ")
      let text = try terminal.screen()
      #expect(!text.contains("too small") && !text.contains("[1 Prompt]"), "\(text)")
      try shell.quitStudio()
      try shell.expectTerminalBack()
    }

    /// Stopped in one studio, gone on with in the next: the picture is the same as made in one go.
    @Test(.timeLimit(.minutes(5))) func stopsAndGoesOn() throws {
      try workplace.configure("model = \"\(Workplace.model)\"\nsize = \"512x512\"\nsteps = 90\n")
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try terminal.press("Enter")
      try terminal.waits("a few steps") { screen in
        screen.firstMatch(of: /step (\d+)\/90/).map { (Int($0.1) ?? 0) > 3 } ?? false
      }
      try terminal.press("C-c")
      try terminal.waits(for: "‖ stopped at step")
      try shell.quitStudio()
      try shell.expectTerminalBack()
      #expect(workplace.pictures.isEmpty)

      try shell.startStudio()
      try terminal.waits(for: "‖ stopped at step")
      try shell.stepOut()
      try terminal.press("c")
      try terminal.waits(for: "✓ Saved /")
      try shell.quitStudio()
      try shell.expectTerminalBack("after-2")
      try #require(workplace.pictures.count == 1)
      let (image, recipe) = try workplace.whole(workplace.pictures[0])
      let again = workplace.path("again.png")
      try workplace.run([
        "generate", recipe.prompt, "--model", Workplace.model, "--size", "512x512", "--steps",
        "90", "--seed", "\(recipe.seed ?? 0)", "--output", again,
      ]).expectSuccess()
      #expect(try workplace.whole(URL(filePath: again)).image == image)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SIGTERM, SIGHUP, SIGINT, SIGABRT, SIGSEGV])
    func givesTheTerminalBackOnSignals(signal: Int32) throws {
      try workplace.configure(Workplace.slowSettings)
      let shell = try StudioShell(workplace)
      try shell.startStudio()
      try shell.terminal.press("Enter")
      try shell.terminal.waits(for: " step ")
      kill(try shell.studio(), signal)
      try shell.expectTerminalBack()
    }
  }
}
