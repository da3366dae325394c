import Testing

@testable import TextEncoding

@Suite struct PatternTests {
  /// The preferred alternative wins, not the longest; repetition takes all it can.
  @Test func prefersAsPythonDoes() {
    #expect(matches(.either(["co", "com"]), in: "com") == ["co"])
    #expect(matches([.oneOrMore("ab"), "b"], in: "abab") == ["abab"])
    #expect(matches([.times(1...2, .digit), .optional("x")], in: "123x") == ["12", "3x"])
    #expect(matches([.optional("free "), "free"], in: "free free free") == ["free free", "free"])
  }

  @Test func looksAround() {
    #expect(matches([.wordEdge, "a", .wordEdge], in: "a ba ab éa a_ a") == ["a", "a"])
    #expect(matches(["a", .assert(.notBefore("@"))], in: "a@ab") == ["a"])
    #expect(matches(["a", .endOfText], in: "aa") == ["a"])
    #expect(matches([.oneOrMore(ScalarSet.space.inverted), "."], in: "a.b c. .") == ["a.", "c."])
  }

  /// Classes are Python's: letters and numbers of all scripts, marks excluded.
  @Test func knowsClasses() {
    let word = "aZ_9é中½²٣ª".unicodeScalars.map { TextScalar($0) }
    #expect(word.allSatisfy { $0.isWord })
    let other = "-\u{301}\u{903}🦊€\u{200D}".unicodeScalars.map { TextScalar($0) }
    #expect(other.allSatisfy { !$0.isWord && !$0.isDigit && !$0.isSpace })
    #expect("٣९𝟗".unicodeScalars.allSatisfy { TextScalar($0).isDigit })
    #expect(!TextScalar("²").isDigit)
    let space = "\u{9}\u{B}\u{1C}\u{85}\u{A0}\u{1680}\u{2028}\u{3000}".unicodeScalars
    #expect(space.allSatisfy { TextScalar($0).isSpace })
    #expect(!TextScalar("\u{200B}").isSpace)
  }

  @Test(arguments: [
    ("ΑΣ ΑΣ. Σ ΣΑ", "ας ας. σ σα"), ("Α'Σ'", "α'ς'"), ("Σ\u{301}Α", "σ\u{301}α"),
    ("İẞǄ", "i\u{307}ßǆ"),
  ])
  func lowersCase(text: String, want: String) {
    expectScalars(ScalarText(text).lowercased.string, want, text)
  }

  private func matches(_ pattern: Pattern, in text: String) -> [String] {
    var found: [String] = []
    var scalars = ScalarText(text)
    scalars.replaceMatches(of: PatternProgram(pattern)) { match in
      found.append(ScalarText(match).string)
      return []
    }
    return found
  }
}
