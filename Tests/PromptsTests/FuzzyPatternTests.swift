import Testing

@testable import Prompts

@Suite struct FuzzyPatternTests {
  /// What was found is in brackets.
  @Test(arguments: [
    ("fox", "a red fox", "a red [fox]"),
    ("rf", "a red fox", "a [r]ed [f]ox"),
    ("fo", "of a forest", "of a [fo]rest"),
    ("gi", "Toggle graphics image", "Toggle [g]raphics [i]mage"),
    ("sp", "next-step_preview", "next-[s]tep_[p]review"),
    ("snow fox", "fox in the snow", "[fox] in the [snow]"),
    ("SN", "snow SNow", "snow [SN]ow"),
    ("狐", "赤い狐", "赤い[狐]"),
    ("é", "cafe\u{301} É", "cafe\u{301} [É]"),
    ("ж", "Жук", "[Ж]ук"),
    ("aaa", "a aa aaa", "a aa [aaa]"),
    ("", "any", "any"),
    (" ", "any", "any"),
  ])
  func finds(query: String, text: String, marked: String) throws {
    let match = try #require(FuzzyPattern(query).match(text))
    #expect(mark(text, match.positions) == marked)
    #expect(FuzzyPattern(query).score(FuzzyText(text)) == match.score)
  }

  @Test(arguments: [("foxes", "fox"), ("xf", "fox"), ("Fox", "fox"), ("fox cat", "fox"), ("a", "")])
  func findsNothing(query: String, text: String) {
    #expect(FuzzyPattern(query).match(text) == nil)
    #expect(FuzzyPattern(query).score(FuzzyText(text)) == nil)
  }

  @Test func ranks() {
    let texts = ["reflect oxen", "box of", "firefox", "a fox", "of x"]
    let ranked = FuzzyPattern("fox").matches(in: texts)
    #expect(ranked.map(\.index) == [3, 2, 0])
    #expect(FuzzyPattern("").matches(in: ["b", "a"]).map(\.index) == [0, 1])
    #expect(FuzzyPattern("o").matches(in: texts, limit: 2).count == 2)
  }

  /// Scores are those of all alignments tried one by one.
  @Test func takesTheBestAlignment() {
    var generator = SplitMix64(seed: 3)
    let letters: [Character] = ["a", "b", " ", "A"]
    for _ in 0..<300 {
      let text = String((0..<12).map { _ in letters[generator.next(below: 4)] })
      let query = String((0..<3).map { _ in letters[generator.next(below: 2)] })
      let elements = FuzzyText(text).elements
      let wanted = query.unicodeScalars.map(\.value)
      var best: Int?
      for a in 0..<12 where folded(elements[a]) == wanted[0] {
        for b in 0..<12 where b > a && folded(elements[b]) == wanted[1] {
          for c in 0..<12 where c > b && folded(elements[c]) == wanted[2] {
            var score = elements[a].startsWord ? 8 : 0
            for place in [a, b, c] { score += elements[place].startsWord ? 26 : 16 }
            for gap in [b - a - 1, c - b - 1] { score += gap == 0 ? 12 : -4 - (gap - 1) }
            best = max(best ?? score, score)
          }
        }
      }
      let match = FuzzyPattern(query).match(text)
      #expect(match?.score == best, "\(query) in \(text)")
      #expect(FuzzyPattern(query).score(FuzzyText(text)) == best, "\(query) in \(text)")
    }
  }

  private func folded(_ element: FuzzyText.Element) -> UInt32 { element.bits & 0x1F_FFFF }

  private func mark(_ text: String, _ positions: [Int]) -> String {
    var marked = ""
    for (number, character) in text.enumerated() {
      marked += positions.contains(number) ? "[\(character)]" : String(character)
    }
    return marked.replacing("][", with: "")
  }
}
