import Testing

@testable import Terminal

@Suite struct SurfaceRunsTests {
  @Test func makesOneRunOfWhatLooksTheSame() {
    var surface = Surface(width: 8, height: 2)
    surface.write("ab", x: 0, y: 0, role: .key)
    surface.write("c", x: 2, y: 0, role: .key, attributes: .bold)
    surface.write("日", x: 4, y: 0)
    surface.fill(Rect(x: 0, y: 1, width: 3, height: 1), role: .image)
    let runs = surface.runs(changedFrom: nil, imageFiller: "\u{A0}")
    #expect(
      runs.map { "\($0.y),\($0.x) \($0.role.rawValue) \($0.attributes.rawValue) \(text($0))" } == [
        "0,0 key 0 ab", "0,2 key 1 c", "0,3 text 0  日  ", "1,0 image 0  \u{A0}\u{A0}",
        "1,3 text 0      ",
      ])
  }

  @Test func leavesEqualRowsOut() {
    var before = Surface(width: 5, height: 3)
    before.write("same", x: 0, y: 0)
    var after = before
    #expect(after.runs(changedFrom: before, imageFiller: " ").isEmpty)
    after.write("new", x: 0, y: 2)
    #expect(after.runs(changedFrom: before, imageFiller: " ").map(\.y) == [2])
    #expect(after.runs(changedFrom: Surface(width: 4, height: 3), imageFiller: " ").count == 3)
  }

  /// What is sent takes as many columns as the surface counted.
  @Test(arguments: [
    ("a", "a"), ("é", "é"), ("e\u{301}", "e\u{301}"), ("日", "日"), ("👩‍💻", "👩\u{200D}"),
    ("\u{301}", " \u{301}"), ("❤️", "❤\u{FE0F}"),
  ])
  func writesACellAsWideAsCounted(character: String, shown: String) {
    let scalars = character.first?.cellScalars ?? []
    #expect(scalars == shown.unicodeScalars.map(\.value))
    let sum = scalars.compactMap(Unicode.Scalar.init).reduce(0) {
      $0 + DisplayWidth.columns(String($1).unicodeScalars.first.map { Character($0) } ?? " ")
    }
    #expect(sum == DisplayWidth.columns(character))
  }

  private func text(_ run: SurfaceRun) -> String {
    String(String.UnicodeScalarView(run.scalars.compactMap(Unicode.Scalar.init)))
  }
}

@Suite struct BorderStyleTests {
  @Test func drawsAFrameWithItsTexts() {
    var surface = Surface(width: 24, height: 4)
    let inner = surface.drawBox(
      Rect(x: 1, y: 0, width: 22, height: 3), title: "Prompt", number: 1, right: "9/120",
      style: .rounded)
    #expect(inner == Rect(x: 2, y: 1, width: 20, height: 1))
    #expect(
      surface.rows == [
        " ╭─ 1 Prompt ─ 9/120 ─╮", " │                    │", " ╰────────────────────╯", "",
      ])
  }

  @Test func givesWayToTheTitle() {
    var surface = Surface(width: 16, height: 2)
    surface.drawBox(surface.bounds, title: "A long title", right: "right", style: .ascii)
    #expect(surface.rows == ["+- A long ti~ -+", "+--------------+"])
    surface = Surface(width: 3, height: 2)
    surface.drawBox(surface.bounds, title: "A", number: 2, right: "right", style: .unicode)
    #expect(surface.rows == ["┌─┐", "└─┘"])
    surface = Surface(width: 1, height: 1)
    surface.drawBox(surface.bounds, title: "A", style: .unicode)
    #expect(surface.rows == [""])
  }

  @Test func usesASCIIOnly() {
    var surface = Surface(width: 12, height: 4)
    surface.drawBox(surface.bounds, title: "Settings and more", style: .ascii)
    let text = surface.rows.joined()
    #expect(text.utf8.count == text.count)
  }
}
