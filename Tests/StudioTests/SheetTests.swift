import Foundation
import Gallery
@testable import Generation
import Jobs
import Prompts
import Tensors
import Terminal
import Testing

@testable import Studio

/// Sheets: planned, filled by their jobs, gone through, saved, and kept over a restart.
@Suite struct SheetTests {
  private let summary = GenerationSummary(seconds: [:], trace: nil)
  private let image = PixelImage(width: 2, height: 1, bytes: [1, 2, 3, 4, 5, 6])

  private func place(_ column: Int, _ row: Int) -> SheetPlan.Place {
    .init(column: column, row: row)
  }

  /// A studio that has queued two by two pictures.
  private func started(x: String = "steps=4,8", y: String = "prompt=red|green") -> ScreenScript {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.press("ctrl-u")
    studio.type("a red fox")
    studio.press("esc S")
    studio.type(x)
    studio.press("tab")
    studio.type(y)
    studio.press("enter")
    return studio
  }

  private func save(_ job: Int, _ studio: inout ScreenScript) {
    studio.send(
      .saved(
        job: job, entry: PictureEntry(path: "/p/\(job).png", title: "a fox", detail: ""),
        image: image))
    studio.send(.engine(job: job, .finished(summary)))
  }

  private func lastDrawing(_ studio: ScreenScript) -> SheetDrawing? {
    for case .drawSheet(let drawing) in studio.effects.reversed() { return drawing }
    return nil
  }

  private func saving(_ studio: ScreenScript) -> [SheetDrawing] {
    studio.effects.compactMap { if case .saveSheet(let drawing) = $0 { drawing } else { nil } }
  }

  // MARK: Planning

  @Test func checksWhatIsTyped() {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.press("ctrl-u")
    studio.type("a {red|blue} fox")
    studio.press("esc S")
    func fault(_ text: String) -> String? {
      studio.press("ctrl-u")
      studio.type(text)
      return studio.state.sheets.editing?.fault
    }
    #expect(studio.state.sheets.editing?.plan == nil && studio.state.sheets.editing?.fault == nil)
    #expect(fault("stesp=4")?.hasPrefix("There is no axis 'stesp'.") == true)
    #expect(fault("steps=0")?.hasPrefix("'0' is no number of steps") == true)
    #expect(
      fault("steps=4")
        == "The prompt has alternatives or wildcards. Make them an axis, 'alternatives', or take them "
        + "out.")
    studio.press("enter")
    #expect(studio.state.queue.jobs.isEmpty && studio.state.sheets.editing != nil)
    #expect(fault("alternatives") == nil)
    #expect(studio.state.sheets.editing?.plan?.count == 2)
    studio.press("esc")
    #expect(studio.state.sheets.editing == nil)
    // What was typed is there again.
    studio.press("S")
    #expect(studio.state.sheets.editing?.plan?.count == 2)
  }

  /// One axis alone may stand in either line; keys meant for the list below do nothing.
  @Test func takesOneAxis() {
    let studio = started(x: "", y: "seed=1..3")
    #expect(studio.state.queue.jobs.map(\.request.seed) == [1, 2, 3])
    #expect(studio.state.sheets.sheets[0].plan.columns == 3)
  }

  @Test func needsAPrompt() {
    var studio = ScreenScript()
    studio.press("ctrl-u esc S")
    #expect(studio.state.sheets.editing == nil && studio.state.notice?.kind == .warning)
  }

  @Test func appliesTheStyle() throws {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.send(.styles([.init(name: "ink", prompt: "{prompt}, ink \\{x\\}", negative: "photo")]))
    studio.press("ctrl-u")
    studio.type("a red fox")
    studio.press("esc :")
    studio.type("style ink")
    studio.press("enter S")
    studio.type("prompt=red|blue")
    studio.press("enter")
    #expect(
      studio.state.queue.jobs.map(\.request.prompt) == [
        "a red fox, ink {x}", "a blue fox, ink {x}",
      ])
    #expect(studio.state.queue.jobs.map(\.request.negative) == ["photo", "photo"])
  }

  // MARK: Filling

  @Test func queuesItsPictures() throws {
    let studio = started()
    let jobs = studio.state.queue.jobs.map(\.request)
    #expect(jobs.map(\.steps) == [4, 8, 4, 8])
    #expect(jobs.map(\.prompt) == ["a red fox", "a red fox", "a green fox", "a green fox"])
    #expect(Set(jobs.map(\.seed)).count == 1 && jobs.map(\.count) == [1, 1, 1, 1])
    #expect(studio.state.settings.seed != jobs[0].seed)
    #expect(studio.state.focus == .preview && studio.state.preview.sheet == 1)
    let drawing = try #require(lastDrawing(studio))
    #expect(drawing.cursor == place(0, 0) && drawing.sheet.files.isEmpty)
    #expect(studio.effects.contains { if case .start(job: 1, _, _) = $0 { true } else { false } })
  }

  @Test func showsStepsInTheirPlace() throws {
    var studio = started()
    save(1, &studio)
    let step = Latents(count: 1, channels: 1, height: 1, width: 1, values: [0])
    studio.send(
      .engine(
        job: 2,
        .stepped(
          StepReport(
            picture: 0, step: 1, steps: 8, seconds: 1, secondsLeft: nil, latents: step,
            denoised: step,
            preview: image, previewSource: .denoisedLinear))))
    let drawing = try #require(lastDrawing(studio))
    #expect(drawing.passing == .init(place: place(1, 0), image: image, scale: 8))
    #expect(drawing.sheet.files == [place(0, 0): "/p/1.png"])
    // The preview itself stays the sheet.
    #expect(studio.state.preview.sheet == 1 && studio.state.preview.isPassing)
    studio.send(.sheetDrawn(1, image))
    #expect(studio.state.preview.image?.pixels == image)
    studio.send(.sheetDrawn(7, PixelImage(width: 1, height: 1, bytes: [9, 9, 9])))
    #expect(studio.state.preview.image?.pixels == image)
  }

  @Test func isSavedWhenAllIsDone() throws {
    var studio = started()
    for job in 1...4 {
      #expect(saving(studio).isEmpty)
      save(job, &studio)
    }
    studio.send(.tick)
    let saved = try #require(saving(studio).first)
    #expect(saving(studio).count == 1 && saved.sheet.files.count == 4)
    studio.send(
      .sheetSaved(saved.sheet, PictureEntry(path: "/p/sheet.png", title: "sheet", detail: "")))
    #expect(studio.state.notice?.text == "Saved the sheet /p/sheet.png")
    #expect(studio.state.pictures.first?.path == "/p/sheet.png")
    #expect(studio.state.preview.path == "/p/sheet.png")
    studio.send(.tick)
    #expect(saving(studio).count == 1)
  }

  /// A failed picture leaves a gap; made after all, the sheet is written again, over itself.
  @Test func isSavedAgainWithWhatWasMissing() throws {
    var studio = started(x: "steps=4,8", y: "")
    studio.send(.engine(job: 1, .failed(JobError.unreadableSize("x"))))
    save(2, &studio)
    let first = try #require(saving(studio).last)
    #expect(first.sheet.files == [place(1, 0): "/p/2.png"])
    studio.send(
      .sheetSaved(first.sheet, PictureEntry(path: "/p/sheet.png", title: "sheet", detail: "")))
    studio.press("5 g c")
    save(1, &studio)
    let second = try #require(saving(studio).last)
    #expect(saving(studio).count == 2 && second.sheet.files.count == 2)
    #expect(second.sheet.path == "/p/sheet.png")
  }

  /// What could not be written is not tried over and over.
  @Test func givesUpWhereItCannotBeSaved() throws {
    var studio = started(x: "steps=4", y: "")
    save(1, &studio)
    studio.send(.sheetSaved(try #require(saving(studio).last).sheet, nil))
    studio.send(.tick)
    #expect(saving(studio).count == 1)
  }

  /// A job that was changed is none of the sheet's any more.
  @Test func leavesOutChangedJobs() {
    var studio = started()
    studio.press("5 G e")
    studio.type(" at night")
    studio.press("enter")
    #expect(studio.state.queue[4]?.request.prompt == "a green fox at night")
    for job in 1...4 { save(job, &studio) }
    #expect(studio.state.sheets.sheets[0].files.count == 3)
    #expect(saving(studio).count == 1)
  }

  @Test func goesOnAfterARestart() throws {
    var studio = started()
    save(1, &studio)
    let kept = try JSONDecoder().decode(
      SessionRecord.self, from: JSONEncoder().encode(studio.state.session))
    #expect(kept.sheets == studio.state.sheets.sheets)
    studio = ScreenScript(columns: 120, rows: 36, session: kept)
    studio.press("esc 5 p")
    for job in 2...4 { save(job, &studio) }
    #expect(saving(studio).last?.sheet.files.count == 4)
    studio.press(":")
    studio.type("show-sheet")
    studio.press("enter")
    #expect(studio.state.preview.sheet == 1 && studio.state.focus == .preview)
  }

  /// A file may say anything; what cannot be is refused or left out.
  @Test func readsNoPlacesThatAreNotThere() throws {
    let sheet = started(x: "steps=4,8", y: "").state.sheets.sheets[0]
    let json = String(decoding: try JSONEncoder().encode(sheet), as: UTF8.self)
    func read(_ old: String, _ new: String) throws -> StudioSheet {
      #expect(json.contains(old), "\(json)")
      return try JSONDecoder().decode(
        StudioSheet.self, from: Data(json.replacingOccurrences(of: old, with: new).utf8))
    }
    #expect(try read(#""column":1"#, #""column":7"#).jobs.count == 1)
    #expect(throws: DecodingError.self) {
      try read(#""values":["4","8"]"#, #""values":["4","8","9"]"#)
    }
  }

  // MARK: Going through it

  @Test func movesOverItsPlaces() {
    var studio = started()
    for (keys, column, row) in [
      ("left up", 0, 0), ("right", 1, 0), ("l down", 1, 1), ("j", 1, 1), ("h k", 0, 0),
    ] {
      studio.press(keys)
      #expect(studio.state.sheets.cursor == place(column, row), "\(keys)")
    }
    #expect(lastDrawing(studio)?.cursor == place(0, 0))
    #expect(studio.state.preview.caption == "steps 4, red: 0 of 4 made")
    studio.press("enter")
    #expect(studio.state.notice?.text == "This picture is not made yet.")
    #expect(studio.state.queue.jobs.count == 4)
  }

  /// Without its steps the file is opened; Escape goes back to the sheet and then to the newest.
  @Test func opensPictures() {
    var studio = started()
    save(1, &studio)
    save(2, &studio)
    studio.press("right enter")
    let entry = PictureEntry(path: "/p/2.png", title: "steps 8, red", detail: "")
    #expect(studio.effects.last == .openPicture(entry))
    studio.send(.pictureOpened(entry, image: image))
    #expect(studio.state.preview.sheet == nil && studio.state.preview.path == "/p/2.png")
    studio.press("esc")
    #expect(studio.state.preview.sheet == 1 && studio.state.sheets.cursor == place(1, 0))
    studio.press("esc")
    #expect(studio.state.preview.sheet == nil && !studio.state.isPinned)
  }

  /// With its steps they can be gone through and branched from.
  @Test func opensFilms() {
    var studio = started()
    save(1, &studio)
    studio.send(
      .filmed(
        Film(
          id: 1, job: 1, request: studio.state.queue.jobs[0].request, steps: 4, isWhole: true,
          image: image, path: "/p/1.png")))
    studio.press("enter")
    #expect(studio.state.scrub == FilmStep(film: 1, step: 4))
    studio.press("[")
    #expect(studio.effects.last == .showStep(FilmStep(film: 1, step: 3)))
    #expect(studio.state.preview.sheet == 1 || studio.state.scrub?.step == 3)
    studio.press("esc")
    #expect(studio.state.preview.sheet == 1)
    studio.press("enter [")
    studio.send(.stepShown(FilmStep(film: 1, step: 3), image, isDecoded: false))
    studio.press("b")
    #expect(studio.state.queue.jobs.last?.request.branch.map(\.at) == [3])
    #expect(studio.state.preview.sheet == nil && studio.state.sheets.openedFrom == nil)
  }

  /// A run in between shows its picture; the palette brings the sheet back.
  @Test func givesWayToARun() {
    var studio = started(x: "steps=4", y: "")
    save(1, &studio)
    studio.press("1 enter")
    #expect(studio.state.preview.sheet == nil && !studio.state.isPinned)
    save(2, &studio)
    #expect(studio.state.preview.path == "/p/2.png")
  }
}
