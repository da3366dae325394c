import Foundation
import Gallery
import Tensors
import Testing

extension DrivenStudioTests {
  /// The gallery in a real terminal: searched, marked, trashed, and changed from outside.
  @Suite struct StudioGalleryTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure(Workplace.quickSettings)
      try FileManager.default.createDirectory(
        at: workplace.gallery, withIntermediateDirectories: true)
    }

    private func add(_ name: String, _ prompt: String, seed: UInt64) throws {
      var recipe = Recipe(prompt: prompt)
      recipe.model = "default"
      (recipe.size, recipe.steps, recipe.seed) = (.init(width: 32, height: 32), 20, seed)
      let bytes = (0..<32 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* Int(seed)) }
      let image = PixelImage(width: 32, height: 32, bytes: bytes)
      try PNG.encode(image, recipe: recipe).write(to: workplace.gallery.appending(path: name))
    }

    private func marks(_ name: String) throws -> PictureMarks {
      try PictureMetadata(file: workplace.gallery.appending(path: name)).marks
    }

    @Test(.timeLimit(.minutes(5))) func searchesStarsTrashesAndBringsBack() throws {
      try add("1.png", "a red fox", seed: 3)
      try add("2.png", "a blue house", seed: 5)
      try add("3.png", "a fox in snow", seed: 7)
      let shell = try StudioShell(workplace)
      let terminal = shell.terminal
      try shell.startStudio()
      try shell.stepOut()
      try terminal.press("7")
      try terminal.waits("the gallery") { $0.contains("3 pictures · newest") }
      try terminal.press("/")
      try terminal.waits(for: "esc show all")
      try terminal.type("fox steps>x")
      try terminal.waits(for: "✗ 'steps' takes a whole number from 0, not 'x'.")
      try terminal.press("C-u")
      try terminal.type("fox -snow")
      try terminal.waits(for: "1 of 3")
      try terminal.press("Enter")
      try terminal.waits(for: "enter large")
      try terminal.press("s")
      try terminal.waits(for: "Starred 1.png.")
      #expect(try marks("1.png").star)
      try terminal.press("4")
      try terminal.waits(for: "›★4 a red fox")
      #expect(try marks("1.png").rating == 4)

      try terminal.press("x")
      try terminal.waits(for: "Moved 1.png to the trash. u brings back.")
      try terminal.waits(for: "No picture is found.")
      #expect(workplace.pictures.map(\.lastPathComponent) == ["2.png", "3.png"])
      try terminal.press("u")
      try terminal.waits(for: "Brought back 1.png.")
      try terminal.waits(for: "›★4 a red fox")
      #expect(workplace.pictures.count == 3)

      // From outside: one comes and one goes.
      try terminal.press("/")
      try terminal.waits(for: "esc show all")
      try terminal.press("Escape")
      try terminal.waits(for: "3 pictures")
      try add("4.png", "a lighthouse", seed: 9)
      try terminal.waits(for: "4 pictures")
      try FileManager.default.removeItem(at: workplace.gallery.appending(path: "2.png"))
      try terminal.waits(for: "3 pictures")

      try terminal.press("g", "Enter")
      try terminal.waits(for: "Gallery: 1 of 3")
      try terminal.waits(for: "Seed         9")
      try terminal.press("e")
      try terminal.waits(for: "Took over its prompt and settings.")
      try terminal.waits(for: "│ a lighthouse ")
      try shell.quitStudio()
      try shell.expectTerminalBack()
    }
  }
}
