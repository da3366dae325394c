import Testing

@testable import Prompts

@Suite struct PromptWeightsTests {
  /// Weighted stretches are written as `text*weight` here.
  @Test(arguments: [
    ("a red fox", "a red fox", []),
    ("a (red:1.2) fox", "a red fox", ["red*1.2"]),
    ("(red:1.2)(fox:0.5)", "redfox", ["red*1.2", "fox*0.5"]),
    ("(a (red:1.5) fox:2)", "a red fox", ["a *2", "red*3", " fox*2"]),
    ("((red:1.1):1.1)", "red", ["red*1.21"]),
    ("(red:1)", "red", []),
    ("((red:0.5):2)", "red", []),
    ("(red: 1.2 )", "red", ["red*1.2"]),
    ("( red :.5)", " red ", [" red *0.5"]),
    ("(red:+2.)", "red", ["red*2"]),
    ("(red:0)", "red", ["red*0"]),
    ("(a\nb:1.5)", "a\nb", ["a\nb*1.5"]),
    ("(ünï🦊:1.3)x", "ünï🦊x", ["ünï🦊*1.3"]),
    ("(a (b) c:1.2)", "a (b) c", ["a (b) c*1.2"]),
    ("(a (b:1.2))", "(a b)", ["b*1.2"]),
    ("(a:b:1.2)", "a:b", ["a:b*1.2"]),
  ])
  func takesWeightsApart(prompt: String, plain: String, spans: [String]) {
    let weights = PromptWeights(prompt)
    #expect(weights.plain == plain)
    #expect(spelled(weights) == spans)
    #expect(weights.problems == [])
  }

  @Test(arguments: [
    "(red fox)", "((red))", "[red:1.2]", "a (red", "red:1.2)", "(red:1.2", ")(", "(:1.2)", "( :3)",
    "(red:)", "(red:1.2.3)", "(red:x)", "(red:1e3)", "(red:.)", "(red:-)", "(red:- 1)",
    "(red 1.2)", "a\\b", "", "(red:1,2)", "(red:１)",
  ])
  func leavesOtherTextAlone(prompt: String) {
    let weights = PromptWeights(prompt)
    #expect(weights.plain == prompt)
    #expect(weights.spans == [])
    #expect(weights.problems == [])
  }

  @Test func readsEscapes() {
    #expect(PromptWeights("fate \\(series\\)").plain == "fate (series)")
    #expect(PromptWeights("\\(red:1.2\\)").plain == "(red:1.2)")
    #expect(PromptWeights("\\(red:1.2\\)").spans == [])
    let mixed = PromptWeights("(a \\( b:1.5) \\n")
    #expect(mixed.plain == "a ( b \\n")
    #expect(spelled(mixed) == ["a ( b*1.5"])
  }

  @Test func saysWhichWeightIsOutOfRange() {
    let weights = PromptWeights("é (at 10:30) (fox:-1)")
    #expect(weights.plain == "é (at 10:30) (fox:-1)")
    #expect(
      weights.problems == [
        .outOfRange(number: "30", position: 10), .outOfRange(number: "-1", position: 19),
      ])
    #expect(
      "\(weights.problems[0])" == "The weight 30 at character 10 is not within 0 and 4, so this "
        + "stays plain text. Write a weight from 0 to 4, or \\( and \\) for parentheses.")
    #expect(spelled(PromptWeights("((red:1.5) fox:9)")) == ["red*1.5"])
  }

  @Test func cutsNestedWeightsAtFour() {
    let weights = PromptWeights("((red:3) fox:2)")
    #expect(spelled(weights) == ["red*4", " fox*2"])
    #expect(weights.problems == [.nestedTooStrong(weight: 6, position: 2)])
    #expect(
      "\(weights.problems[0])"
        == "The nested weights at character 2 multiply to 6, above 4; 4 is used. Lower one of them."
    )
  }

  /// Deep nesting and long rows of marks take time in proportion to their length.
  @Test func standsLongInput() {
    let deep = String(repeating: "(", count: 20_000) + "a" + String(repeating: ":1)", count: 20_000)
    #expect(PromptWeights(deep).plain == "a")
    #expect(PromptWeights(String(repeating: "(", count: 100_000)).spans == [])
    #expect(PromptWeights(String(repeating: "(a:9)", count: 20_000)).problems.count == 20_000)
  }

  private func spelled(_ weights: PromptWeights) -> [String] {
    weights.spans.map { "\(weights.plain[$0.range])*\($0.weight.shortText)" }
  }
}

@Suite struct ChangingWeightTests {
  /// The cursor is `‸`.
  @Test(arguments: [
    ("a red f‸ox", "a red (f‸ox:1.1)"),
    ("a red fox‸", "a red (fox‸:1.1)"),
    ("a ‸red fox", "a (‸red:1.1) fox"),
    ("red‸, fox", "(red‸:1.1), fox"),
    ("(fo‸x:1.1)", "(fo‸x:1.2)"),
    ("(fox:1.1)‸ red", "(fox:1.2)‸ red"),
    ("‸(fox:1.1)", "‸(fox:1.2)"),
    ("(fox:1‸.25)", "(fox:1‸.35)"),
    ("(fox:3.95‸)", "(fox:4‸)"),
    ("(red fo‸x:0.9)", "red fo‸x"),
    ("(fox:0.‸9)", "fox‸"),
    ("‸(fox:0.9)", "‸fox"),
    ("(fox:0.9)‸", "fox‸"),
    ("((red:1.5) fo‸x:1.1)", "((red:1.5) fo‸x:1.2)"),
    ("((r‸ed:1.5) fox:1.1)", "((r‸ed:1.6) fox:1.1)"),
    ("{red|fo‸x}", "{red|(fo‸x:1.1)}"),
    ("(__ani‸mals__)", "((__ani‸mals__:1.1))"),
    ("(a {b|c‸}:1.2)", "(a {b|c‸}:1.3)"),
    ("high-qua‸lity", "(high-qua‸lity:1.1)"),
    ("赤い‸狐、森", "(赤い‸狐:1.1)、森"),
    ("(fox:‸9)", "(fox:‸4)"),
  ])
  func raises(before: String, after: String) throws {
    #expect(try changed(before, by: 0.1) == after)
  }

  @Test(arguments: [
    ("fo‸x", "(fo‸x:0.9)"), ("(fo‸x:1.1)", "fo‸x"), ("(fo‸x:0.05)", "(fo‸x:0)"),
  ])
  func lowers(before: String, after: String) throws {
    #expect(try changed(before, by: -0.1) == after)
  }

  @Test(arguments: ["‸", "a ‸ b", "a ‸, b", "(fo‸x:4)", "‸ red"])
  func changesNothing(before: String) throws {
    #expect(try changed(before, by: 0.1) == nil)
  }

  /// Up and down again is the text as it was, wherever the cursor stands.
  @Test func goesBack() throws {
    let text = "a red, (fox:1.3) in {snow|the __place__} é狐"
    for cursor in text.indices + [text.endIndex] {
      guard let up = PromptWeights.changingWeight(of: text, at: cursor) else { continue }
      let down = try #require(
        PromptWeights.changingWeight(of: up.text, at: up.cursor, by: -0.1))
      #expect(down.text == text)
      #expect(down.text.utf8Offset(down.cursor) == text.utf8Offset(cursor))
    }
  }

  private func changed(_ marked: String, by step: Double) throws -> String? {
    let cursor = try #require(marked.firstIndex(of: "‸"))
    let offset = marked.utf8Offset(cursor)
    let text = marked.replacing("‸", with: "")
    guard
      let change = PromptWeights.changingWeight(of: text, at: text.index(utf8: offset), by: step)
    else { return nil }
    return change.text[..<change.cursor] + "‸" + change.text[change.cursor...]
  }
}
