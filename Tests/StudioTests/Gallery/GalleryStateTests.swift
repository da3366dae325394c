import Catalog
import Gallery
import Jobs
import Tensors
import Terminal
import Testing

@testable import Studio

/// What the gallery does where a screen alone would not show it.
@Suite struct GalleryStateTests {
  /// A studio whose gallery of so many pictures is open.
  private func opened(_ count: Int = 60, columns: Int = 120, rows: Int = 40) -> ScreenScript {
    var studio = ScreenScript(columns: columns, rows: rows)
    studio.library = FakeGallery(count)
    studio.send(
      .pictureRoom(
        PictureRoom(cellWidth: 8, cellHeight: 17, largestWidth: 1000, largestHeight: 1000)))
    studio.press("esc 7")
    return studio
  }

  private func last(_ studio: ScreenScript) -> GalleryRequest? {
    for case .gallery(let request) in studio.effects.reversed() { return request }
    return nil
  }

  private func requests(_ studio: ScreenScript, from start: Int) -> [GalleryRequest] {
    studio.effects[start...].compactMap {
      if case .gallery(let request) = $0 { request } else { nil }
    }
  }

  private func imageIDs(_ studio: ScreenScript) -> [UInt64] {
    studio.state.surface.images.map(\.image.id)
  }

  // MARK: The grid

  @Test func keepsThePageImagesWhileTheCursorMovesOnIt() {
    var studio = opened()
    let images = studio.state.surface.images
    // 6 tiles of 17 columns in 116, 3 of 9 rows.
    #expect(images.map(\.area.width) == [6 * 16 + 5 * 4, 6 * 16 + 5 * 4, 6 * 16 + 5 * 4])
    studio.press("right down l j h k up left")
    #expect(studio.state.gallery.selection == 0)
    studio.press("right down")
    #expect(studio.state.gallery.selection == 7)
    #expect(imageIDs(studio) == images.map(\.image.id))
  }

  @Test func asksForAnotherPageOnlyWhenTheCursorLeavesIt() {
    var studio = opened()
    let start = studio.effects.count
    studio.press("right right down")
    #expect(requests(studio, from: start) == [])
    let before = imageIDs(studio)
    studio.press("pagedown")
    guard case .page(let page, _) = last(studio) else {
      Issue.record("no page was asked for")
      return
    }
    // The same pixels here, as no picture has a thumbnail: nothing is sent.
    #expect(imageIDs(studio) == before)
    #expect(page.names.first == "0019.png" && page.names.count == 18)
    studio.press("G")
    #expect(studio.state.gallery.selectedName == "0060.png")
  }

  /// A page that came anew with the same pixels need not go to the terminal.
  @Test func keepsImagesOfEqualPixels() {
    var studio = opened(10)
    let before = imageIDs(studio)
    studio.press("s")
    #expect(studio.state.gallery.pictures["0001.png"]?.marks.star == true)
    #expect(imageIDs(studio) == before)
  }

  @Test func alignsEveryThumbnailWithItsCells() {
    for (cell, largest) in [((8, 17), 1000), ((6, 13), 1000), ((10, 22), 10_000), ((1, 2), 10_000)]
    {
      let room = PictureRoom(
        cellWidth: cell.0, cellHeight: cell.1, largestWidth: largest, largestHeight: largest)
      for (columns, rows) in [(56, 12), (76, 18), (116, 34), (196, 54), (296, 80)] {
        let area = Rect(x: 2, y: 3, width: columns, height: rows)
        let grid = GalleryGrid(area: area, room: room)
        let images = grid.images(of: grid.count)
        #expect(images.count <= 12, "\(cell) \(columns)x\(rows)")
        #expect(images.flatMap { Array($0) } == Array(0..<grid.count))
        for tiles in images {
          let cells = grid.area(of: tiles)
          #expect(cells.intersection(area) == cells, "\(cell) \(columns)x\(rows)")
          let image = ThumbnailStrip(tiles: tiles.count, grid: grid, room: room).image
          #expect(image.width == cells.width * cell.0 && image.width <= largest)
          #expect(image.height == cells.height * cell.1 && image.height <= largest)
        }
        for place in 0..<grid.count {
          let cells = grid.thumbnail(place)
          #expect(grid.place(x: cells.x, y: cells.y) == place)
          #expect(grid.place(x: cells.maxX - 1, y: cells.maxY) == place)
        }
      }
    }
  }

  /// A thumbnail is drawn in the middle of the pixels of its cells.
  @Test func drawsAThumbnailInItsTile() {
    let room = PictureRoom(cellWidth: 8, cellHeight: 16, ground: .init(7, 8, 9))
    let grid = GalleryGrid(area: Rect(x: 0, y: 0, width: 60, height: 10), room: room)
    var strip = ThumbnailStrip(tiles: 3, grid: grid, room: room)
    let white = PixelImage(width: 100, height: 60, bytes: Array(repeating: 255, count: 18_000))
    strip.put(white, at: 1)
    let cells = grid.thumbnail(1)
    let (x, y) = (cells.x * 8 + (cells.width * 8 - 100) / 2, (cells.height * 16 - 60) / 2)
    func pixel(_ x: Int, _ y: Int) -> UInt8 { strip.image.bytes[(y * strip.image.width + x) * 3] }
    #expect(pixel(x, y) == 255 && pixel(x + 99, y + 59) == 255)
    #expect(pixel(x - 1, y) == 7 && pixel(x + 100, y + 59) == 7 && pixel(x, y - 1) == 7)
  }

  // MARK: Searching

  @Test func keepsTheLastResultWhileTheQueryIsFaulty() {
    var studio = opened()
    studio.press("/")
    studio.type("fox")
    #expect(studio.state.gallery.names.count == 10)
    studio.type(" steps>")
    #expect(studio.state.gallery.fault == "Nothing follows 'steps>'. Write a value behind it.")
    // What stands before the word that is being written.
    #expect(studio.state.gallery.asked.text == "fox")
    #expect(studio.state.gallery.names.count == 10)
    studio.type(" snow")
    #expect(studio.state.gallery.fault?.hasPrefix("Nothing follows") == true)
    #expect(studio.state.gallery.names.count == 10)
    studio.press("esc")
    #expect(studio.state.gallery.fault == nil && studio.state.gallery.names.count == 60)
    #expect(studio.state.isGalleryOpen && !studio.state.gallery.isSearching)
  }

  @Test func dropsAnswersToOldQuestions() {
    var studio = opened(10)
    let asked = studio.state.gallery.asked
    studio.send(.gallery(.found(names: ["x.png"], total: 1, number: asked.search - 1)))
    #expect(studio.state.gallery.names.count == 10)
    let shown = studio.state.gallery.shown
    studio.send(.gallery(.page([], [], number: asked.pageNumber - 1)))
    #expect(studio.state.gallery.shown == shown)
    studio.send(
      .gallery(.picture(GalleryPicture(name: "y.png", path: ""), nil, number: -1)))
    #expect(studio.state.gallery.full.isEmpty)
  }

  @Test func staysAtThePictureWhenOthersComeOrGo() {
    var studio = opened(10)
    studio.press("right right")
    #expect(studio.state.gallery.selectedName == "0003.png")
    studio.library?.changeOutside { $0.removeFirst() }
    studio.wait(4)
    #expect(studio.state.gallery.selectedName == "0003.png")
    #expect(studio.state.gallery.selection == 1 && studio.state.gallery.total == 9)
    // The picture itself goes: the next one is under the cursor.
    studio.library?.changeOutside { $0.removeAll { $0.name == "0003.png" } }
    studio.wait(4)
    #expect(studio.state.gallery.selectedName == "0004.png")
  }

  @Test func looksAtTheFolderEveryFewSecondsAndAfterASave() {
    var studio = opened(3)
    func refreshes(_ start: Int) -> Int {
      requests(studio, from: start).filter { $0 == .refresh }.count
    }
    var start = studio.effects.count
    studio.wait(1)
    #expect(refreshes(start) == 0)
    #expect((studio.state.nextWake ?? .infinity) - studio.now <= 3)
    studio.wait(2.5)
    #expect(refreshes(start) == 1)
    start = studio.effects.count
    studio.send(
      .saved(
        job: 9, entry: PictureEntry(path: "/g/9.png", title: "", detail: ""),
        image: PixelImage(width: 1, height: 1, bytes: [0, 0, 0])))
    #expect(refreshes(start) == 1)
    studio.press("esc")
    start = studio.effects.count
    studio.wait(100)
    #expect(refreshes(start) == 0)
  }

  @Test func sortsBothWays() {
    var studio = opened(3)
    studio.press(".")
    #expect(studio.state.gallery.sort == CatalogSort(.date, isDescending: false))
    #expect(studio.state.gallery.names == ["0003.png", "0002.png", "0001.png"])
    for _ in CatalogSort.Key.allCases { studio.press(",") }
    #expect(studio.state.gallery.sort == .newest)
  }

  // MARK: Marks and the trash

  @Test func changesWhatIsMarkedOrElseWhatIsUnderTheCursor() {
    var studio = opened(10)
    studio.press("4")
    #expect(studio.library?.requests.contains(.rate(["0001.png"], 4)) == true)
    studio.press("right space space 2")
    #expect(studio.library?.requests.contains(.rate(["0002.png", "0003.png"], 2)) == true)
    // Seen alone, it is meant alone.
    studio.press("enter s")
    #expect(studio.library?.requests.contains(.toggleStar(["0004.png"])) == true)
    // Nor is what the search does not find.
    studio.press("esc /")
    studio.type("fox")
    studio.press("enter 1")
    #expect(studio.library?.requests.contains(.rate(["0001.png"], 1)) == true)
    #expect(studio.state.gallery.marked.count == 2)
    studio.press("/ esc a")
    #expect(studio.state.gallery.marked.isEmpty)
    studio.press("a x")
    #expect(studio.state.gallery.names.isEmpty && studio.state.gallery.marked.isEmpty)
  }

  @Test func bringsBackWhatWasTrashedStepByStep() {
    var studio = opened(5)
    studio.press("x right space space x")
    #expect(studio.state.gallery.names == ["0002.png", "0005.png"])
    #expect(studio.state.notice?.text == "Moved 2 pictures to the trash. u brings back.")
    studio.press("u")
    #expect(studio.state.gallery.names == ["0002.png", "0003.png", "0004.png", "0005.png"])
    studio.press("u")
    #expect(studio.state.gallery.names.count == 5)
    #expect(studio.state.notice?.text == "Brought back 0001.png.")
    studio.press("u")
    #expect(studio.state.notice?.text.hasPrefix("Nothing was put into the trash") == true)
  }

  @Test func saysThatAPictureIsGone() {
    var studio = opened(3)
    studio.library?.changeOutside { $0.removeFirst() }
    studio.press("enter")
    #expect(studio.state.notice?.text.hasPrefix("0001.png is not there any more") == true)
    #expect(studio.state.gallery.place == .grid)
    studio.wait(1)
    #expect(studio.state.gallery.names == ["0002.png", "0003.png"])
  }

  // MARK: Comparing

  @Test func comparesTwoPictures() {
    var studio = opened(10)
    studio.press("c")
    #expect(studio.state.gallery.place == .grid)
    studio.press("space c")
    #expect(studio.state.gallery.pair?.names == ["0001.png", "0002.png"])
    let comparison = studio.state.gallery.pair?.comparison
    #expect(
      comparison?.settings == [
        .init(name: "Guidance", left: "4.5", right: "7"),
        .init(name: "Seed", left: "1", right: "2"),
      ])
    // "a red fox in snow" and "a blue house by the river".
    #expect(comparison?.prompt.left.filter { !$0.isOwn }.map(\.text) == ["a"])
    #expect(
      comparison?.prompt.right.filter(\.isOwn).map(\.text) == [
        "blue", "house", "by", "the", "river",
      ])
    #expect(studio.state.surface.images.count == 2)
    studio.press("f")
    #expect(studio.state.surface.images.count == 1)
    studio.press("f s")
    #expect(studio.library?.requests.contains(.toggleStar(["0002.png"])) == true)
    studio.press("esc")
    #expect(studio.state.gallery.place == .grid)
    studio.press("space space c")
    #expect(studio.state.notice?.text.contains("3 pictures are marked") == true)
  }

  // MARK: Taking over

  /// Stars of a compared picture that is on no shown page.
  @Test func showsMarksOfComparedPicturesAcrossPages() {
    var studio = opened()
    studio.press("space G c")
    #expect(studio.state.gallery.pair?.names == ["0001.png", "0060.png"])
    let images = studio.state.gallery.full.compactMapValues { $0?.id }
    #expect(images.count == 2)
    studio.press("s")
    #expect(studio.state.gallery.pictures["0001.png"]?.marks.star == true)
    #expect(studio.state.gallery.pictures["0060.png"]?.marks.star == false)
    studio.press("s")
    #expect(studio.state.gallery.pictures["0001.png"]?.marks.star == false)
    // The same pixels are not sent again.
    #expect(studio.state.gallery.full.compactMapValues { $0?.id } == images)
  }

  @Test func takesOverEverythingWithTheBranch() {
    var studio = opened(2)
    let point = Recipe.BranchPoint(
      at: 6, prompt: "an apple", negative: "", guidance: 4.5, sampler: nil, seed: 1)
    studio.library?.pictures[0].recipe?.branch = [point]
    studio.library?.pictures[0].recipe?.steps = 14
    studio.press("esc 7")
    studio.send(.gallery(.refreshed(hasChanged: true)))
    let before = studio.state.settings
    studio.press("e")
    #expect(!studio.state.isGalleryOpen && studio.state.focus == .prompt && !studio.state.isTyping)
    #expect(studio.state.prompt.text == "a red fox in snow")
    #expect(studio.state.settings.seed == 1 && studio.state.settings.seedMode == .fixed)
    #expect(studio.state.settings.sampler == nil && studio.state.settings.branch == [point])
    #expect(studio.state.notice?.text.contains("after step 6") == true)
    studio.press("enter")
    guard case .start(_, let request, _) = studio.effects.last else {
      Issue.record("\(String(describing: studio.effects.last))")
      return
    }
    #expect(request.branch == [point] && request.steps == 14)
    studio.press("u")
    #expect(studio.state.settings.branch == before.branch && studio.state.settings.steps == 20)
  }

  @Test func takesOverParts() {
    var studio = opened(2)
    let (prompt, settings) = (studio.state.prompt.text, studio.state.settings)
    studio.press("right p")
    #expect(studio.state.prompt.text == "a blue house by the river")
    #expect(studio.state.settings == settings)
    studio.press("u 7 d")
    #expect(studio.state.prompt.text == prompt)
    #expect(studio.state.settings.seed == 2 && studio.state.settings.guidance == settings.guidance)
    studio.press("u 7 i")
    #expect(studio.state.settings.initImage == "/g/0002.png")
    studio.press("u")
    #expect(studio.state.settings == settings)
  }

  @Test func queuesVariationsAroundAPicture() {
    var studio = opened(2)
    studio.press("right v")
    #expect(studio.state.isGalleryOpen)
    guard case .start(_, let request, _) = studio.effects.last else {
      Issue.record("nothing was started")
      return
    }
    #expect(request.prompt == "a blue house by the river" && request.seed == 2)
    #expect(request.guidance == 7 && request.count == 4 && request.variationStrength == 0.2)
  }

  /// Another program's model is no model of ours.
  @Test func leavesOutWhatIsOfOtherPrograms() {
    var recipe = Recipe(prompt: "a fox")
    (recipe.model, recipe.sampler, recipe.steps) = ("sd15.safetensors", "Heun", 33)
    let saved = SavedRecipe(recipe, madeBy: .a1111, settings: RequestSettings())
    #expect(saved.settings.model == "default" && saved.settings.sampler == nil)
    #expect(saved.settings.steps == 33)
    recipe.sampler = "euler"
    let known = SavedRecipe(recipe, madeBy: .comfyui, settings: RequestSettings())
    #expect(known.settings.sampler == "euler")
  }

  // MARK: The way in and out

  @Test func goesBackStepByStep() {
    var studio = opened(3)
    studio.press("enter")
    #expect(studio.state.gallery.place == .big)
    studio.press("right")
    #expect(studio.state.gallery.selectedName == "0002.png")
    studio.press("7")
    #expect(studio.state.gallery.place == .grid)
    studio.press("esc")
    #expect(!studio.state.isGalleryOpen)
    studio.press("1 alt-7")
    #expect(studio.state.isGalleryOpen && studio.state.isTyping)
    studio.type("jj")
    studio.press("esc")
    #expect(studio.state.isTyping && studio.state.prompt.text == SessionRecord.firstPrompt)
  }

  @Test func showsTheStudioForWhatIsDoneThere() {
    var studio = opened(3)
    studio.press("6")
    #expect(!studio.state.isGalleryOpen && studio.state.focus == .pictures)
    studio.press("7 t")
    #expect(studio.state.isGalleryOpen && studio.state.chooser != nil)
    studio.press("esc r")
    #expect(!studio.state.isGalleryOpen && studio.state.run != nil)
    studio.press("f2")
    studio.type("star-picture")
    studio.press("enter")
    #expect(studio.state.isGalleryOpen)
    #expect(studio.state.gallery.pictures["0001.png"]?.marks.star == false)
  }

  @Test func listsItsKeys() {
    var studio = opened(3)
    studio.press("?")
    let labels = studio.state.chooserItems.map(\.label)
    #expect(
      labels.contains("Move to the trash") && labels.contains("Quit; what runs can go on next time")
    )
    #expect(!labels.contains("Draw a fresh seed"))
  }

  @Test func takesClicks() {
    var studio = opened()
    let grid = studio.state.galleryLayout.grid
    let cells = grid.thumbnail(8)
    studio.send(.input(.mouse(MouseEvent(.press, x: cells.x + 3, y: cells.y + 2))))
    #expect(studio.state.gallery.selection == 8)
    studio.send(.input(.mouse(MouseEvent(.doublePress, x: cells.x + 3, y: cells.y + 2))))
    #expect(studio.state.gallery.place == .big)
    studio.send(.input(.mouse(MouseEvent(.scrollDown, x: 5, y: 5))))
    #expect(studio.state.gallery.selection == 9)
  }
}
