import Foundation
import Gallery
import Tensors
import Testing

/// `pixart gallery`: everything without a screen.
@Suite struct GalleryCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try save("fox.png", "a red fox", at: 1_790_000_000) {
      $0.negative = "dog"
      ($0.steps, $0.guidance, $0.sampler, $0.seed) = (30, 4.5, "euler-a", 7)
      $0.model = "default"
    }
    try save("pear.png", "two green pears\non a table", at: 1_790_000_100) { $0.steps = 8 }
    let file = workplace.gallery.appending(path: "odd.png")
    try Data("odd".utf8).write(to: file)
    try setDate(file, 1_790_000_200)
  }

  private func setDate(_ file: URL, _ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file.path)
  }

  private func save(
    _ name: String, _ prompt: String, at seconds: Double, change: (inout Recipe) -> Void = { _ in }
  ) throws {
    try FileManager.default.createDirectory(
      at: workplace.gallery, withIntermediateDirectories: true)
    var recipe = Recipe(prompt: prompt)
    recipe.size = .init(width: 16, height: 16)
    change(&recipe)
    let image = PixelImage(
      width: 16, height: 16, bytes: [UInt8](repeating: UInt8(prompt.count * 9), count: 768))
    let file = workplace.gallery.appending(path: name)
    try PNG.encode(image, recipe: recipe).write(to: file)
    try setDate(file, seconds)
  }

  private func gallery(_ arguments: String...) throws -> FinishedRun {
    try workplace.run(["gallery"] + arguments, environment: ["TZ": "UTC"])
  }

  private func names(_ query: String...) throws -> [String] {
    let run = try workplace.run(["gallery", "list", "--json", "--"] + query)
    run.expectSuccess()
    return try run.events().map { try #require($0["name"] as? String) }
  }

  @Test func lists() throws {
    let run = try gallery()
    run.expectSuccess()
    #expect(
      run.output == """
        odd.png   ?               (it is a file of an unknown kind (it begins with 6f 64 64))
        pear.png  16x16           two green pears on a table
        fox.png   16x16           a red fox

        """)
    #expect(try names("fox") == ["fox.png"])
    #expect(try names("-fox", "steps<10") == ["pear.png"])
    let limited = try gallery("list", "--sort", "name:down", "--limit", "2", "--json")
    #expect(try limited.events().map { $0["name"] as? String } == ["pear.png", "odd.png"])
    let fox = try #require(try gallery("list", "fox", "--json").events().first)
    #expect(fox["date"] as? String == "2026-09-21T14:13:20Z")
    #expect((fox["recipe"] as? [String: Any])?["seed"] as? Int == 7)
    #expect(fox["file"] as? String == workplace.gallery.appending(path: "fox.png").path)
  }

  @Test func showsHowAPictureWasMade() throws {
    let run = try gallery("show", "fox.png")
    run.expectSuccess()
    #expect(
      run.output == """
        \(workplace.gallery.path)/fox.png
          date               2026-09-21T14:13:20Z
          pixels             16x16
          origin             pixart
          guidance           4.5
          model              default
          negative           dog
          prompt             a red fox
          sampler            euler-a
          seed               7
          size               16x16
          steps              30

        pixart generate 'a red fox' --negative dog --size 16x16 --steps 30 --guidance 4.5 --sampler euler-a --seed 7

        """)
    let odd = try gallery("show", workplace.gallery.appending(path: "odd.png").path)
    odd.expectSuccess()
    #expect(odd.output.hasSuffix("\nIt does not say how it was made.\n"))
  }

  @Test func marks() throws {
    try gallery("star", "fox.png", "pear.png").expectSuccess()
    try gallery("rate", "4", "pear.png").expectSuccess()
    try gallery("star", "--off", "fox.png").expectSuccess()
    #expect(try names("star") == ["pear.png"])
    #expect(try names("rating>3") == ["pear.png"])
    #expect(
      try PictureMetadata(file: workplace.gallery.appending(path: "pear.png")).marks
        == PictureMarks(star: true, rating: 4))
    #expect(try gallery("list", "star").output.contains("pear.png  16x16      * 4  two green"))
    let path = workplace.gallery.appending(path: "odd.png").path
    try gallery("star", "odd.png").expectFailure(
      "'\(path)' is a file of an unknown kind (it begins with 6f 64 64), "
        + "but only PNG files hold a recipe. Give the picture as it was first saved.")
  }

  @Test func trashesAndRestores() throws {
    let run = try gallery("trash", "fox.png")
    run.expectSuccess()
    let ticket = run.output.trimmingCharacters(in: .newlines)
    #expect(try names() == ["odd.png", "pear.png"])
    #expect(try gallery("restore", "--list").output == "\(ticket)  fox.png\n")
    try gallery("restore", "nothing").expectFailure(
      "Nothing was put into the trash of '\(workplace.gallery.path)' as 'nothing'. "
        + "'pixart gallery restore --list' shows what was.")
    #expect(try gallery("restore").output == "\(workplace.gallery.path)/fox.png\n")
    #expect(try names("fox") == ["fox.png"])
    try gallery("restore").expectFailure(
      "The trash of '\(workplace.gallery.path)' is empty; there is nothing to bring back.")
  }

  @Test func exportsAndMakesASheet() throws {
    let export = try gallery("export", "fox", "--to", "out/here")
    #expect(export.output == "\(workplace.path("out/here"))/fox.png\n")
    let copy = URL(filePath: workplace.path("out/here/fox.png"))
    let original = workplace.gallery.appending(path: "fox.png")
    #expect(try Data(contentsOf: copy) == Data(contentsOf: original))
    try gallery("export", "--to", "out/here", "fox").expectSuccess()
    #expect(FileManager.default.fileExists(atPath: workplace.path("out/here/fox-2.png")))

    try gallery("sheet", "prompt:a", "--output", "sheet.png", "--sort", "name", "--columns", "2")
      .expectSuccess()
    let sheet = try ImageFile.decode(URL(filePath: workplace.path("sheet.png")))
    // "a red fox" only; two in a row would be 280 wide.
    #expect(sheet.width == 280 && sheet.height == 144)
    let middle = (72 * sheet.width + 72) * 3
    #expect(abs(Int(sheet.bytes[middle]) - 81) <= 3)
    // Three lines of 16 pixels below the pictures, where letters are.
    try gallery("sheet", "prompt:a", "--output", "named.png", "--labels", "name").expectSuccess()
    let named = try ImageFile.decode(URL(filePath: workplace.path("named.png")))
    #expect(named.width == 280 && named.height == 192)
    #expect(named.bytes[(136 * 280 * 3)...].contains(224))
    #expect(!sheet.bytes[(136 * 280 * 3)...].contains(224))
    try gallery("sheet", "--output", "x.png", "--labels", "all").expectFailure(
      "The value 'all' is invalid for '--labels <labels>'. Please provide one of 'name', 'prompt', "
        + "'settings' or 'none'. See 'pixart gallery sheet --help' for more information.", code: 2)
    try gallery("sheet", "nothing", "--output", "none.png").expectFailure(
      "No picture was found for the sheet. Ask for less, or see 'pixart gallery list'.")
  }

  @Test func makesItsIndexAnew() throws {
    try gallery("list").expectSuccess()
    let indexes = workplace.home.appending(path: ".cache/pixart/galleries")
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: indexes.path)
        .first { $0.hasSuffix(".sqlite") })
    let run = try gallery("reindex")
    run.expectSuccess()
    #expect(
      run.output == """
        3 pictures in \(workplace.gallery.path), 1 of them damaged
        index: \(indexes.path)/\(file)

        """)
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: indexes.appending(path: file).path + ending)
    }
    try Data("damaged, all of it, from the first byte".utf8)
      .write(to: indexes.appending(path: file))
    let healed = try gallery("list", "fox")
    #expect(healed.code == 0 && healed.output.hasPrefix("fox.png"))
    #expect(
      healed.error.hasPrefix("pixart: The gallery's index was damaged (file is not a database)."))
  }

  @Test func saysWhatIsWrong() throws {
    let help = "See 'pixart gallery list --help' for more information."
    try gallery("list", "steps>many").expectFailure(
      "'steps' takes a whole number from 0, not 'many'. \(help)", code: 2)
    try gallery("list", "--sort", "size").expectFailure(
      "The value 'size' is invalid for '--sort <sort>': The orders are date, name, rating, steps, "
        + "seed, prompt, each with :up or :down behind it if you like. \(help)", code: 2)
    try gallery("rate", "6", "fox.png").expectFailure(
      "A rating is between 0 and 5, not 6. "
        + "See 'pixart gallery rate --help' for more information.", code: 2)
    try gallery("show", "x.png").expectFailure(
      "There is no picture 'x.png' in the gallery '\(workplace.gallery.path)'. "
        + "Its names are those of 'pixart gallery list'.")
    try gallery("list", "--gallery", "/no/such").expectFailure(
      "The gallery '/no/such' cannot be read: No such file or directory. "
        + "Give a folder of pictures with --gallery.")
  }

  @Test func takesAGalleryThatIsNotThereYetForEmpty() throws {
    let run = try Workplace().run(["gallery", "list"])
    run.expectSuccess()
    #expect(run.output == "")
  }

  /// Several runs on one gallery and one index, on the same pictures: each mark is there in the end.
  @Test func runsBesideItself() throws {
    let runs = try [
      ["star", "fox.png", "pear.png"], ["rate", "3", "fox.png", "pear.png"], ["reindex"], ["list"],
      ["star", "pear.png", "fox.png"], ["rate", "3", "pear.png", "fox.png"],
    ].map { try workplace.start(["gallery"] + $0) }
    for run in runs { run.finish().expectSuccess() }
    #expect(try names("star rating:3").sorted() == ["fox.png", "pear.png"])
  }

  /// Killed while it rewrites one file after the other: each is whole, and has all marks or none.
  @Test func survivesBeingKilled() throws {
    let names = (0..<120).map { "\(1000 + $0).png" }
    for name in names { try save(name, "picture \(name)", at: 1_790_001_000) }
    for round in 0..<6 {
      let run = try workplace.start(["gallery", "rate", "\(round % 5 + 1)"] + names)
      usleep(UInt32(20_000 + 15_000 * round))
      run.send(SIGKILL)
      _ = run.finish()
      for name in names {
        let file = workplace.gallery.appending(path: name)
        let metadata = try PictureMetadata(file: file)
        #expect(metadata.faults == [] && metadata.recipe?.prompt == "picture \(name)")
        _ = try ImageFile.decode(file)
      }
    }
    #expect(try self.names("picture").count == 120)
    try workplace.run(["gallery", "rate", "2"] + names).expectSuccess()
    #expect(try self.names("rating:2").count == 120)
  }
}
