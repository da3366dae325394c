import TOMLKit
import Terminal
import Testing

@Suite struct TOMLDocumentTests {
  /// Something of everything that TOML has.
  private let sample = #"""
    inherits = "slate"  # a comment with [ and }
    text = { fg = "ink", bg = '#fff', modifiers = ["bold", 1, {a = 1}] }
    "border.focused" = 4
    long = """two "quoted" é
    [lines] }"""
    list = [
      [1, 2], # one
      [ 3 ],
      {x = 1}
    ]
    [palette]
    ink = "#102030"
    a.b = 0x1F
    [[t]]
    x = 1e5
    [ "odd" . name ]
    """#

  @Test func readsWhatIsValid() throws {
    let table = try TOMLDocument.parse(sample)
    #expect(table["inherits"]?.string == "slate")
    #expect(table["long"]?.string == "two \"quoted\" é\n[lines] }")
    #expect(table["list"]?.array?.count == 3)
    #expect(table["palette"]?.table?["ink"]?.string == "#102030")
    #expect(table["odd"]?.table?["name"]?.table != nil)
  }

  @Test(arguments: [
    "[", "[=]", "[[", "[ [a]]", "[#", " \t[\t\r\n]", "[\u{7F}]", "x = 1\n[é]", "[]", "a = [}",
    "a = [1, }", "a = [ # }\n}", "a = {b = 1, }", "w = 1979-05-27T:32:00Z", "w = 1979-05-27T",
    "a = [\u{2028}1]", "a = [1, \u{85}2]", "a = = 1", "a = \"x", "a = '''x",
  ])
  func refusesWhatIsNot(text: String) {
    #expect(throws: TOMLDocument.Fault.self) { try TOMLDocument.parse(text) }
  }

  @Test(arguments: ["x = 1\r\n\r\n[=]", "x = \"\"\"\n\"\"\"\n[=]", "\n\nx = = 1"])
  func tellsTheLine(text: String) {
    let fault = #expect(throws: TOMLDocument.Fault.self) { try TOMLDocument.parse(text) }
    #expect(fault?.line == 3)
  }

  /// The parser must not be reached by what it cannot stand.
  @Test func survivesDamage() {
    let pieces = Array("[]{}=,.#\"'\n\r \t-+_0129abexTtZ:\\\0\u{7F}\u{85}".unicodeScalars)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      var text = Array(sample.unicodeScalars)
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let index = Int.random(in: 0..<text.count, using: &generator)
        let piece = pieces.randomElement(using: &generator) ?? " "
        switch Int.random(in: 0..<13, using: &generator) {
        case 0..<4: text[index] = piece
        case 4..<8: text.insert(piece, at: index)
        case 8..<12 where text.count > 1: text.remove(at: index)
        default: text.removeLast(max(0, text.count - index - 1))
        }
      }
      _ = try? TOMLDocument.parse(String(String.UnicodeScalarView(text)))
    }
  }
}
