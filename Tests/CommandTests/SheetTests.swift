import Foundation
import Gallery
import Jobs
import Tensors
import Testing

/// `pixart generate --x ... --y ...`: the pictures, the sheet, and what is said meanwhile.
@Suite struct SheetTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func recipe(_ file: String) throws -> Recipe {
    try Recipe(of: URL(filePath: workplace.path(file)))
  }

  /// Two by two with the model that comes with the program; each picture can be made again alone.
  @Test func makesPicturesAndTheirSheet() throws {
    let run = try workplace.run([
      "generate", "a red apple", "--x", "steps=1,2", "--y", "prompt=red|green", "--seed", "5",
      "--size", "64x64", "--output", "s.png",
    ])
    run.expectSuccess()
    let cells = ["s-1-1.png", "s-2-1.png", "s-1-2.png", "s-2-2.png"]
    #expect(
      run.output == (cells + ["s.png"]).map { workplace.path($0) + "\n" }.joined(), "\(run)")
    #expect(run.error.isEmpty)
    let recipes = try cells.map(recipe)
    #expect(recipes.map(\.steps) == [1, 2, 1, 2] && recipes.map(\.seed) == [5, 5, 5, 5])
    #expect(
      recipes.map(\.prompt) == ["a red apple", "a red apple", "a green apple", "a green apple"])
    let verified = try workplace.run(["verify"] + cells)
    #expect(verified.code == 0 && verified.output == cells.map { "exact   \($0)\n" }.joined())

    let data = try Data(contentsOf: URL(filePath: workplace.path("s.png")))
    let record = try #require(try SheetRecord(readingFrom: data))
    #expect(record.x == .init(setting: "steps", values: ["1", "2"]))
    #expect(record.y == .init(setting: "prompt", values: ["red", "green"]))
    #expect(record.cells == [["s-1-1.png", "s-2-1.png"], ["s-1-2.png", "s-2-2.png"]])
    // Each picture stands in its place, pixel for pixel.
    let sheet = try ImageFile.decode(data)
    let texts = try SheetPlan(
      JobRequest(prompt: "a red apple").seeded(5), x: "steps=1,2", y: "prompt=red|green")
    for (index, name) in cells.enumerated() {
      let cell = try ImageFile.decode(URL(filePath: workplace.path(name)))
      let place = texts.layout(of: [.init(column: 0, row: 0): cell])
        .place(column: index % 2, row: index / 2)
      for y in [0, 31, 63] {
        let start = ((place.y + y) * sheet.width + place.x) * 3
        #expect(
          sheet.bytes[start..<start + 192].elementsEqual(cell.bytes[y * 192..<y * 192 + 192]))
      }
    }

    let shown = try workplace.run(["gallery", "show", "s.png", "--gallery", "."])
    shown.expectSuccess()
    #expect(shown.output.contains("  y                  prompt: red, green\n"))
    try workplace.run(["generate", "--from", "s.png"]).expectFailure(
      "'\(workplace.path("s.png"))' is a sheet of several pictures. Give one of these; 'pixart "
        + "gallery show' names them.")
  }

  @Test func tellsScripts() throws {
    let run = try workplace.run(
      Workplace.generation(["--x", "guidance=1,2", "--seed", "1", "--json", "--output", "d/"]))
    run.expectSuccess()
    let events = try run.events().filter { $0["event"] as? String != "loading" }
    #expect(
      events.map { $0["event"] as? String } == [
        "step", "step", "picture", "step", "step", "picture", "finished",
      ])
    #expect(events.compactMap { $0["column"] as? Int } == [1, 1, 1, 2, 2, 2])
    #expect(events.last?["done"] as? Int == 2 && events.last?["failed"] as? Int == 0)
    #expect((events[4]["seconds_left"] as? Double).map { $0 >= 0 } == true)
    let sheet = try #require(events.last?["file"] as? String)
    #expect(sheet.hasSuffix("-seed1-sheet-three-stars.png"))
    let record = try SheetRecord(readingFrom: Data(contentsOf: URL(filePath: sheet)))
    let names = try #require(record?.cells.first)
    #expect(
      try names.map { try recipe("d/\(#require($0))").guidance } == [1, 2] && record?.y == nil)
  }

  /// Ctrl-C in the middle of a picture: what is made stays, and the sheet shows it with gaps.
  @Test func keepsWhatIsMadeWhenStopped() throws {
    let run = try workplace.start(
      Workplace.generation([
        "--x", "steps=1,900", "--y", "guidance=1,2", "--json", "--output", "s.png",
      ]))
    try run.waits(for: "\"step\":3}")
    run.send(SIGINT)
    let finished = run.finish()
    #expect(finished.code == 130 && finished.error.isEmpty, "\(finished)")
    let last = try #require(finished.events().last)
    #expect(last["event"] as? String == "cancelled" && last["done"] as? Int == 1)
    #expect(workplace.files.sorted() == ["s-1-1.png", "s.png"])
    let data = try Data(contentsOf: URL(filePath: workplace.path("s.png")))
    #expect(try SheetRecord(readingFrom: data)?.cells == [["s-1-1.png", nil], [nil, nil]])
  }

  @Test(arguments: [
    (["--x", "stesp=1"], "There is no axis 'stesp'."),
    (["--x", "steps=0"], "'0' is no number of steps"),
    (["--x", "steps=1", "--y", "steps=2"], "Both axes are about 'steps'."),
    (
      ["--x", "steps=1", "--count", "2"],
      "A sheet has one picture in each place, but 2 were asked for."
    ),
    (["--x", "size=50x50"], "50x50: Size 50x50 was asked for"),
    (["--x", "model=nowhere"], "There is no model 'nowhere'"),
  ])
  func refusesSheets(arguments: [String], message: String) throws {
    let run = try workplace.run(Workplace.generation(arguments + ["--output", "s.png"]))
    #expect(run.code == 1 && run.error.hasPrefix("pixart: \(message)"), "\(run)")
    #expect(workplace.files.isEmpty)
  }

  @Test(arguments: [
    (["--y", "steps=1"], "--y needs --x. Give --x alone for one row."),
    (
      ["--x", "steps=1", "--trace", "t"],
      "A sheet is made without --trace. Leave out --x or --trace."
    ),
  ])
  func refusesUsage(arguments: [String], message: String) throws {
    try workplace.run(["generate", "three stars"] + arguments).expectFailure(
      "\(message) See 'pixart generate --help' for more information.", code: 2)
  }

  /// A sheet that is written anew over itself is still starred.
  @Test func keepsItsStar() throws {
    let arguments = [
      "generate", "a red apple", "--x", "steps=1,2", "--size", "64x64", "--output", "s.png",
      "--seed",
    ]
    try workplace.run(arguments + ["1"]).expectSuccess()
    let file = URL(filePath: workplace.path("s.png"))
    let first = try ImageFile.decode(file)
    try PictureMarks.change(in: file) { $0 = PictureMarks(star: true, rating: 4) }
    try workplace.run(arguments + ["2"]).expectSuccess()
    #expect(try ImageFile.decode(file) != first)
    #expect(
      try PictureMetadata(Data(contentsOf: file)).marks == PictureMarks(star: true, rating: 4))
    #expect(try SheetRecord(readingFrom: Data(contentsOf: file)) != nil)
  }

  /// The picture to begin with is read for every cell.
  @Test(arguments: ["s.png", "s-2-1.png"]) func keepsTheStartImage(name: String) throws {
    try workplace.run([
      "generate", "a red apple", "--steps", "1", "--size", "64x64", "--output", name,
    ]).expectSuccess()
    let before = try Data(contentsOf: URL(filePath: workplace.path(name)))
    try workplace.run([
      "generate", "a red apple", "--x", "steps=2,3", "--size", "64x64", "--init-image", name,
      "--output", "s.png",
    ]).expectFailure(
      "The sheet would write \(name) over the picture to begin with. Give another --output.")
    #expect(try Data(contentsOf: URL(filePath: workplace.path(name))) == before)
  }

  /// The strengths are the axis's, the seed is the option's.
  @Test func variesOverStrengths() throws {
    try workplace.run([
      "generate", "a red apple", "--x", "variation-strength=0,0.5", "--variation-seed", "9",
      "--steps", "1", "--size", "64x64", "--output", "s.png",
    ]).expectSuccess()
    let recipe = try recipe("s-2-1.png")
    #expect(recipe.variationSeed == 9 && recipe.variationStrength == 0.5)
  }

  /// Pictures that are there are left alone, also their stars; others are made.
  @Test func goesOnWithASheet() throws {
    let arguments = [
      "generate", "a red apple", "--x", "steps=1,2", "--y", "guidance=1,3", "--size", "64x64",
      "--seed", "1", "--output", "s.png",
    ]
    try workplace.run(arguments).expectSuccess()
    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: workplace.path(name)))
    }
    let names = ["s-1-1.png", "s-2-1.png", "s-1-2.png", "s-2-2.png", "s.png"]
    let first = try names.map(bytes)
    // One is starred, one is gone, one is cut off, one was made from something else.
    try PictureMarks.change(in: URL(filePath: workplace.path(names[0]))) { $0.star = true }
    let starred = try bytes(names[0])
    try FileManager.default.removeItem(atPath: workplace.path(names[1]))
    try first[2].prefix(400).write(to: URL(filePath: workplace.path(names[2])))
    try first[0].write(to: URL(filePath: workplace.path(names[3])))
    let run = try workplace.run(arguments)
    run.expectSuccess()
    #expect(run.output == names.map { workplace.path($0) + "\n" }.joined())
    #expect(try names.map(bytes) == [starred] + first.dropFirst())
  }
}

extension JobRequest {
  fileprivate func seeded(_ seed: UInt64) -> JobRequest {
    var job = self
    job.seed = seed
    return job
  }
}
