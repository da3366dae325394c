import Foundation
import Gallery
import Tensors
import Testing

extension DrivenStudioTests {
  /// The filmstrip and branches in real pixels: the right picture, at the right place, gone when gone.
  @Suite struct StudioFilmPixelTests {
    private let workplace: Workplace

    init() throws {
      workplace = try Workplace()
      try workplace.configure(
        "model = \"\(Workplace.model)\"\nsize = \"96x96\"\nsteps = 6\ntheme = \"slate\"\n")
    }

    /// Starts the studio; all colours it has without pictures, with a popup and without.
    private func start() throws -> (GraphicalTerminal, colors: Set<Int>) {
      let terminal = try GraphicalTerminal(workplace)
      try terminal.waits("sixel") { $0.contains("sixel ─╮") }
      try terminal.press("alt+4")
      try terminal.waits("commands") { $0.contains("? keys") }
      let window = terminal.area(terminal.cells)
      let plain = try terminal.pixels().colors(in: window)
      try open("Go back a step of the picture", with: "question", terminal)
      let popup = try terminal.pixels().colors(in: window)
      try terminal.press("Escape")
      // The next key would be one with Alt.
      let isClosed = try Patience.wait { try terminal.pixels().colors(in: window) == plain }
      try #require(isClosed && popup != plain, "the popup stays, or is none")
      return (terminal, plain.union(popup))
    }

    /// Makes a picture and returns it when the studio has its steps.
    private func run(_ terminal: GraphicalTerminal, key: String) throws -> URL {
      let before = Set(workplace.pictures)
      try terminal.press(key)
      try #require(Patience.wait { workplace.pictures.count > before.count }, "no picture was made")
      let picture = try #require(workplace.pictures.first { !before.contains($0) })
      try terminal.waits("every job to be done") {
        $0.matches(of: /✓ done/).count == workplace.pictures.count
      }
      return picture
    }

    /// Waits until these pictures and nothing else are in the panel, each in the middle of its place.
    ///
    /// No key is pressed: it would be one with Alt after Escape.
    ///
    /// - Parameter pictures: One, or two of which the first is on the left.
    private func expect(
      _ pictures: [PixelImage], in panel: CellArea, _ terminal: GraphicalTerminal, _ when: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      // A column stays free at each side.
      let inside = CellArea(
        columns: panel.columns.lowerBound + 1..<panel.columns.upperBound - 1, rows: panel.rows)
      let rooms = pictures.count == 1 ? [inside] : [inside.halves.left, inside.halves.right]
      var problem = ""
      let isRight = try Patience.wait(every: .milliseconds(200)) {
        let display = try terminal.pixels()
        problem = ""
        for (picture, room) in zip(pictures, rooms) {
          let place = terminal.place(of: picture, in: room)
          let found = display.content(of: terminal.area(room))
          let difference = display.meanDifference(at: place, from: picture)
          // Dithered colours differ by this much.
          if found != place {
            problem += "at \(String(describing: found)), not \(place). "
          } else if difference >= 12 {
            problem += "another picture at \(place), \(difference) of 255 apart. "
          }
        }
        return problem.isEmpty
      }
      try #require(
        isRight, "\(when): \(problem)", sourceLocation: sourceLocation)
    }

    /// Waits until no pixel of the window has a colour that only pictures have.
    private func expectNoPicture(
      _ terminal: GraphicalTerminal, besides colors: Set<Int>, _ when: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let window = terminal.area(terminal.cells)
      var others: Set<Int> = []
      let isGone = try Patience.wait(every: .milliseconds(200)) {
        others = try terminal.pixels().colors(in: window).subtracting(colors)
        return others.isEmpty
      }
      #expect(isGone, "\(when): \(others.count) colours", sourceLocation: sourceLocation)
    }

    private func open(_ popup: String, with key: String, _ terminal: GraphicalTerminal) throws {
      try terminal.press(key)
      try terminal.waits(popup) { $0.contains(popup) }
    }

    @Test(.timeLimit(.minutes(10))) func showsEachStepWhereThePictureWas() async throws {
      let (terminal, colors) = try start()
      let panel = try terminal.picturePanel()
      let picture = try run(terminal, key: "r")
      let whole = try workplace.whole(picture).image
      let steps = try await StepPictures(of: picture)
      try #require(steps.coarse.count == 6 && Set(steps.coarse.map(\.bytes)).count == 6)
      try expect([whole], in: panel, terminal, "when it is made")

      try terminal.press("bracketleft")
      try expect([steps.coarse[4]], in: panel, terminal, "a step back")
      try terminal.press("bracketleft", "bracketleft", "bracketleft")
      try expect([steps.coarse[1]], in: panel, terminal, "four steps back")
      try terminal.press("bracketright")
      try expect([steps.coarse[2]], in: panel, terminal, "a step ahead")
      try terminal.press("D")
      try expect([try await steps.decoded(3)], in: panel, terminal, "decoded")

      try open("Go back a step of the picture", with: "question", terminal)
      try expectNoPicture(terminal, besides: colors, "behind a popup")
      try terminal.press("Escape")
      try expect([try await steps.decoded(3)], in: panel, terminal, "after a popup")
      try terminal.press("Escape")
      try expect([whole], in: panel, terminal, "the newest again")
      try terminal.press("bracketright")
      try expect([whole], in: panel, terminal, "beyond the last step")
    }

    @Test(.timeLimit(.minutes(10))) func showsABranchBesideItsParent() async throws {
      let (terminal, colors) = try start()
      let panel = try terminal.picturePanel()
      let parent = try run(terminal, key: "r")
      try terminal.press("bracketleft", "bracketleft", "bracketleft", "bracketleft")
      try terminal.waits("a step") { $0.contains("step 2 of 6, coarse") }
      try terminal.press("F2")
      try terminal.type("guidance 9")
      try terminal.press("Return")
      try terminal.waits("another guidance") { $0.contains("Guidance     9") }
      let branch = try run(terminal, key: "b")
      let (left, right) = (try await StepPictures(of: parent), try await StepPictures(of: branch))
      let wholes = [try workplace.whole(parent).image, try workplace.whole(branch).image]
      try #require(left.coarse[..<2] == right.coarse[..<2] && left.coarse[5] != right.coarse[5])
      try expect(wholes, in: panel, terminal, "when it is made")

      try terminal.press("bracketleft")
      try expect([left.coarse[4], right.coarse[4]], in: panel, terminal, "a step back")
      try terminal.press("bracketleft", "bracketleft", "bracketleft")
      try expect([left.coarse[1], right.coarse[1]], in: panel, terminal, "where it left")
      try open("Go back a step of the picture", with: "question", terminal)
      try expectNoPicture(terminal, besides: colors, "behind a popup")
      try terminal.press("Escape")
      try expect([left.coarse[1], right.coarse[1]], in: panel, terminal, "after a popup")
      try terminal.press("Escape")
      try expect(wholes, in: panel, terminal, "the newest again")

      // The parent alone, from the list, whose second picture it is.
      try terminal.press("6", "Down", "Return")
      try expect([wholes[0]], in: panel, terminal, "the parent from the list")
      try terminal.press("4", "Escape")
      try expect(wholes, in: panel, terminal, "the newest once more")
      try terminal.press("z")
      try terminal.waits("the preview alone") { !$0.contains("3 Settings") }
      try expect(wholes, in: try terminal.picturePanel(), terminal, "alone on the screen")
      try terminal.press("z", "3", "z")
      try terminal.waits("settings alone") { !$0.contains("4 Preview") }
      try expectNoPicture(terminal, besides: colors, "behind another panel")
    }
  }
}
