import Foundation
import Tensors
import Testing

@testable import Gallery

@Suite struct PictureSheetTests {
  private func plain(_ width: Int, _ height: Int, _ value: UInt8) -> PixelImage {
    PixelImage(width: width, height: height, grey: value)
  }

  /// Pixels as text: a letter's are `#`, the ground is a dot.
  private func text(_ image: PixelImage, x: Int, y: Int, width: Int, height: Int) -> [String] {
    (y..<y + height).map { row in
      String((x..<x + width).map { image.bytes[(row * image.width + $0) * 3] > 200 ? "#" : "." })
    }
  }

  /// The letters as the font file of X11 has them (bdf glyphs A, g, U+0436, U+2192).
  @Test func drawsTheFontsLetters() {
    var image = plain(36, 15, 0)
    image.write("Ag→ж", x: 0, y: 0, grey: 255)
    #expect(
      text(image, x: 0, y: 0, width: 36, height: 15)
        == [
          "....................................",
          "....................................",
          "....#...............................",
          "...#.#..............................",
          "..#...#...............#.............",
          ".#.....#...####.#......#....#..#..#.",
          ".#.....#..#....#........#...#..#..#.",
          ".#.....#..#....#...#######...#.#.#..",
          ".#######..#....#........#.....###...",
          ".#.....#...####........#.....#.#.#..",
          ".#.....#..#...........#.....#..#..#.",
          ".#.....#...#####............#..#..#.",
          "..........#.....#...................",
          "..........#.....#...................",
          "...........#####....................",
        ])
  }

  /// A letter with its mark in two code points is the one with both; what is unknown is a box.
  @Test func knowsLettersByWhatTheyMean() {
    #expect(BitmapFont.rows(of: "e\u{301}") == BitmapFont.rows(of: "é"))
    #expect(BitmapFont.rows(of: "é") != BitmapFont.rows(of: "e"))
    for unknown in ["狐", "👩‍👩‍👧", "\u{1}", "\u{301}"] as [Character] {
      #expect(BitmapFont.rows(of: unknown) == BitmapFont.box)
    }
    for known in "aZ09ßÆčőΩжЖ“”…–—€№×±←↑→↓★♪ẽ" {
      #expect(BitmapFont.rows(of: known) != BitmapFont.box, "\(known)")
    }
  }

  @Test func cutsOffWhatDoesNotFit() {
    var image = plain(4, 4, 0)
    image.put(plain(3, 3, 7), x: -1, y: 2)
    image.put(plain(9, 9, 8), x: 3, y: -8)
    image.write("M", x: -300, y: -300, grey: 255)
    image.fill(x: 9, y: 9, width: 5, height: 5, grey: 9)
    let rows = (0..<4).map { row in (0..<4).map { image.bytes[(row * 4 + $0) * 3] } }
    #expect(rows == [[0, 0, 0, 8], [0, 0, 0, 0], [7, 7, 0, 0], [7, 7, 0, 0]])
  }

  @Test(arguments: [
    ("a red fox", 9, 3, ["a red fox"]), ("a red fox", 8, 3, ["a red", "fox"]),
    ("a red fox", 5, 1, ["a re…"]), ("a  red\nfox", 5, 3, ["a red", "fox"]),
    ("20261123-fox.png", 9, 3, ["20261123-", "fox.png"]),
    ("ab abcdefgh", 4, 3, ["ab", "abcd", "efgh"]),
    ("abcdefgh ab cd", 4, 2, ["abcd", "efg…"]), ("", 4, 2, []), (" ", 4, 2, []),
    ("a b c", 1, 2, ["a", "…"]),
    ("abc", 3, 0, []),
  ])
  func breaksLines(text: String, columns: Int, limit: Int, lines: [String]) {
    #expect(SheetText.lines(text, columns: columns, limit: limit) == lines)
  }

  /// Two by two pictures of 40 x 30 pixels, title, headings of one line, one line below each.
  @Test func putsEverythingInItsPlace() {
    var texts = SheetLayout.Texts()
    texts.title = "fox"
    texts.columns = ["a", "b"]
    texts.rows = ["12", "3"]
    texts.captionLines = 1
    let layout = SheetLayout(columns: 2, rows: 2, cellWidth: 40, cellHeight: 30, texts: texts)
    // Gaps of 8, row headings of two letters of 9, lines of 16 pixels.
    #expect(layout.width == 8 + 18 + 8 + 2 * (40 + 8))
    let top = 8 + 16 + 8 + 16 + 4
    #expect(layout.height == top + 2 * (30 + 8 + 16))
    #expect(layout.place(column: 0, row: 0) == .init(x: 34, y: top, width: 40, height: 30))
    #expect(layout.place(column: 1, row: 1) == .init(x: 82, y: top + 54, width: 40, height: 30))

    var sheet = PictureSheet(layout)
    sheet.put(plain(40, 30, 90), column: 1, row: 0)
    sheet.put(plain(20, 10, 91), column: 0, row: 1)
    sheet.put(plain(400, 150, 92), column: 1, row: 1)
    sheet.leaveEmpty(column: 0, row: 0)
    sheet.caption("c", column: 0, row: 0)
    func value(_ x: Int, _ y: Int) -> UInt8 { sheet.image.bytes[(y * layout.width + x) * 3] }
    #expect(value(82, top) == 90 && value(121, top + 29) == 90)
    #expect(value(81, top) == 24 && value(122, top) == 24 && value(82, top + 30) == 24)
    // In the middle of its place.
    #expect(value(44, top + 64) == 91 && value(43, top + 64) == 24 && value(64, top + 64) == 24)
    #expect(value(44, top + 63) == 24 && value(63, top + 73) == 91 && value(63, top + 74) == 24)
    // A tenth of its size: 40 x 15.
    #expect(value(82, top + 61) == 92 && value(82, top + 60) == 24 && value(82, top + 76) == 24)
    #expect(value(34, top) == 40 && value(73, top + 29) == 40)

    func letter(_ character: Character, x: Int, y: Int) {
      let drawn = (0..<15).map { row in
        (0..<9).reduce(UInt16(0)) { $0 << 1 | (value(x + $1, y + row) > 200 ? 1 : 0) }
      }
      #expect(drawn == BitmapFont.rows(of: character), "\(character) at \(x), \(y)")
    }
    letter("f", x: 8, y: 8)
    letter("x", x: 26, y: 8)
    letter("a", x: 34 + 15, y: 32)
    letter("b", x: 82 + 15, y: 32)
    letter("1", x: 8, y: top + 7)
    letter("2", x: 17, y: top + 7)
    letter("3", x: 17, y: top + 54 + 7)
    letter("c", x: 34 + 15, y: top + 30)
  }

  /// Letters grow with the pictures, so that they can be read where the sheet is shown whole.
  @Test func growsItsLettersWithThePictures() {
    var texts = SheetLayout.Texts()
    texts.rows = ["a"]
    #expect(
      SheetLayout(columns: 1, rows: 1, cellWidth: 512, cellHeight: 512, texts: texts).width == 8 + 9
        + 8 + 520)
    #expect(
      SheetLayout(columns: 1, rows: 1, cellWidth: 1024, cellHeight: 800, texts: texts).width == 8
        + 18 + 8 + 1032)
  }

  @Test func knowsWhatIsTooLarge() {
    func fits(_ columns: Int, _ rows: Int) -> Bool {
      SheetLayout(columns: columns, rows: rows, cellWidth: 128, cellHeight: 128).fits
    }
    #expect(fits(16, 120) && !fits(1, 241) && fits(1, 240) && !fits(200, 200))
  }

  // MARK: What a sheet says of itself

  private var record: SheetRecord {
    SheetRecord(
      version: "1", prompt: "a fox", negative: "red",
      x: .init(setting: "steps", values: ["4", "8"]),
      y: nil, cells: [["a.png", nil]])
  }

  @Test func saysWhatItIs() throws {
    let png = try PNG.encode(plain(2, 2, 1), sheet: record)
    #expect(try SheetRecord(readingFrom: png) == record)
    #expect(
      try PNG.texts(in: png) == [
        PNGText(
          keyword: "pixart-sheet",
          text: #"{"cells":[["a.png",null]],"negative":"red","prompt":"a fox","version":"1","#
            + #""x":{"setting":"steps","values":["4","8"]}}"#, isUTF8: true)
      ])
    #expect(try SheetRecord(readingFrom: PNG.encode(plain(2, 2, 1))) == nil)
    let damaged = try PNG.encode(
      plain(2, 2, 1), texts: [PNGText(keyword: "pixart-sheet", text: "{", isUTF8: true)])
    #expect(throws: ImageError.self) { try SheetRecord(readingFrom: damaged) }
  }

  /// Galleries find a sheet by its prompt and know it for what it is.
  @Test func isKnownToGalleries() throws {
    let metadata = PictureMetadata(try PNG.encode(plain(2, 2, 1), sheet: record))
    #expect(metadata.origin == .sheet && metadata.faults.isEmpty)
    #expect(metadata.recipe == Recipe(prompt: "a fox", negative: "red"))
  }
}
