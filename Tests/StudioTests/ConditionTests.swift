import Foundation
import Gallery
import Jobs
import Tensors
import Terminal
import Testing

@testable import Studio

/// A condition in the studio: asked for, shown, changed, taken over.
@Suite struct ConditionTests {
  private func questions(_ studio: ScreenScript) -> [ConditionQuestion] {
    studio.effects.compactMap {
      if case .showCondition(let question) = $0 { question } else { nil }
    }
  }

  private let answer = ConditionAnswer(
    source: PixelImage(width: 1, height: 1, bytes: [4, 4, 4]),
    edges: PixelImage(width: 1, height: 1, bytes: [255, 255, 255]), method: "canny")

  private func started() -> ScreenScript {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.press("esc :")
    studio.type("condition /p/house.png")
    studio.press("enter")
    return studio
  }

  @Test func asksOnceForWhatIsToBeShown() {
    var studio = started()
    #expect(
      questions(studio) == [
        ConditionQuestion(
          path: "/p/house.png", edges: nil, strength: 1, model: "default", size: nil, bin: false)
      ])
    studio.wait(1)
    studio.press("f")
    #expect(questions(studio).count == 1)
    // Stronger edges are another map, and so are those of another size.
    for (line, count) in [("control-strength 1.5", 2), ("size 64x64", 3), ("edges hed", 4)] {
      studio.press(":")
      studio.type(line)
      studio.press("enter")
      #expect(questions(studio).count == count)
    }
    #expect(questions(studio).last?.strength == 1.5 && questions(studio).last?.edges == "hed")
    studio.press("u u u u u")
    #expect(studio.state.settings.condition == nil && studio.state.condition.asked == nil)
  }

  @Test func showsTheLastAnswerOnly() throws {
    var studio = started()
    let first = try #require(questions(studio).first)
    studio.press(":")
    studio.type("control-strength 2")
    studio.press("enter")
    studio.send(.conditionShown(first, answer))
    #expect(studio.state.condition.shown == nil)
    let second = try #require(questions(studio).last)
    studio.send(.conditionShown(second, answer))
    let shown = try #require(studio.state.condition.shown)
    #expect(shown.caption == "edges: canny × 2")
    // The source stays the same image, so that it is not sent again.
    studio.press(":")
    studio.type("control-strength 3")
    studio.press("enter")
    studio.send(.conditionShown(try #require(questions(studio).last), answer))
    #expect(studio.state.condition.shown?.source.id == shown.source.id)
    #expect(studio.state.condition.shown?.edges.id != shown.edges.id)
    studio.press(":")
    studio.type("condition /p/other.png")
    studio.press("enter")
    #expect(studio.state.condition.shown == nil)
    studio.send(.conditionShown(try #require(questions(studio).last), nil))
    #expect(studio.state.condition.shown == nil)
  }

  /// Tab asks for the rest of a path; what comes for a text that was typed on does not count.
  @Test func tabFinishesAPath() throws {
    let folder = try TemporaryFolder()
    for name in ["house.png", "horse.png"] { try Data().write(to: folder(name)) }
    func asked(_ studio: ScreenScript) -> PathQuestion? {
      studio.effects.compactMap {
        if case .completePath(let question) = $0 { question } else { nil }
      }.last
    }
    func answer(_ studio: inout ScreenScript) throws {
      let question = try #require(asked(studio))
      studio.send(.pathCompleted(question, PathCompletion(question, home: folder.url)))
    }
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.state.field = FieldEditing(row: .condition, editor: TextEditor("~/h"))
    studio.press("tab")
    try answer(&studio)
    #expect(studio.state.field?.editor.text == "\(folder.url.path)/ho")
    #expect(studio.screen.contains { $0.contains("horse.png  house.png") })
    studio.type("u")
    studio.press("tab")
    let late = try #require(asked(studio))
    try answer(&studio)
    #expect(studio.state.field?.editor.text == folder("house.png").path)
    studio.send(.pathCompleted(late, nil))
    #expect(studio.state.field?.editor.text == folder("house.png").path)
    studio.press("enter")
    #expect(studio.state.settings.condition == folder("house.png").path)
    // As the row says where there is none.
    studio.press("esc :")
    studio.type("condition none")
    studio.press("enter")
    #expect(studio.state.settings.condition == nil)
    // Tab ends other fields, as Enter does.
    studio.state.field = FieldEditing(row: .steps, editor: TextEditor("7"))
    studio.press("tab")
    #expect(studio.state.settings.steps == 7 && studio.state.field == nil)
  }

  /// In the list and in the gallery, by one key.
  @Test func takesAPictureByOneKey() {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.send(
      .pictures([PictureEntry(path: "/p/1.png", title: "a fox", detail: "128x128")]))
    studio.press("esc 6 I")
    #expect(studio.state.settings.condition == "/p/1.png")
    #expect(questions(studio).map(\.path) == ["/p/1.png"])
    studio.press("u")
    #expect(studio.state.settings.condition == nil)
    studio.library = FakeGallery(3)
    studio.press("7 I")
    #expect(studio.state.settings.condition?.hasSuffix(".png") == true)
    #expect(!studio.state.isGalleryOpen)
  }

  @Test func isPartOfTheRequest() {
    var settings = RequestSettings()
    settings.control = "net"
    settings.controlEnd = 0.5
    // Without a condition the rest means nothing.
    #expect(
      settings.request(prompt: "a", negative: "")
        == RequestSettings().request(
          prompt: "a", negative: ""))
    settings.condition = "/p/house.png"
    let request = settings.request(prompt: "a", negative: "")
    #expect(request.condition == "/p/house.png" && request.control == "net")
    #expect(request.controlEnd == 0.5)
    var other = RequestSettings()
    other.adopt(request)
    #expect(other.condition == settings.condition && other.controlEnd == 0.5)
  }

  @Test func keepsNumbersInTheirRanges() {
    var settings = RequestSettings()
    settings.condition = "/p/house.png"
    #expect(settings.set(.controlStrength, to: "5") == "'5' cannot be; numbers from 0 to 4 can.")
    #expect(settings.set(.controlStart, to: "0.5") == nil)
    #expect(
      settings.set(.controlEnd, to: "0.4")
        == "The control ends after it begins: from 0.5 until 0.4 of the steps.")
    #expect(settings.controlEnd == 1)
    #expect(
      settings.set(.edges, to: "depth")
        == "Edges cannot come from 'depth'; there are hed, canny, none.")
    settings.step(.controlScale, -1, models: [], styles: [])
    #expect(settings.controlScale == 0.95)
    settings.step(.controlEnd, -1, isLarge: true, models: [], styles: [])
    // It would meet the start.
    #expect(settings.controlEnd == 1)
    settings.step(.edges, -1, models: [], styles: [])
    #expect(settings.edges == "none")
    settings.step(.edges, 1, models: [], styles: [])
    #expect(settings.edges == nil)
    settings.reset(.controlStart)
    #expect(settings.controlStart == 0)
    settings.controlStrength = .nan
    settings.controlEnd = -1
    settings.clamp()
    #expect(settings.controlStrength == 1 && settings.controlEnd == 1)
  }
}
