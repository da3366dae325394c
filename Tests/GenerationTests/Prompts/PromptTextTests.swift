import Foundation
import TestSupport
import Testing
import TextEncoding

@testable import Generation

@Suite struct PromptTextTests {
  /// The weighted parts as texts, such as `red*1.5`.
  private func parts(_ prompt: String) -> [String] {
    let text = PromptText(prompt, cleans: true)
    let bytes = Array(text.cleaned.utf8)
    return text.parts.map { "\(String(decoding: bytes[$0.range], as: UTF8.self))*\($0.weight)" }
  }

  @Test(arguments: [
    ("a (red:1.5) fox", ["red*1.5"]),
    ("A (RED Fox:0.5), (snow:2)", ["red fox*0.5", "snow*2.0"]),
    // The same letters inside an earlier word, and the same word before.
    ("bored (red:1.5)", ["red*1.5"]),
    ("red and (red:1.5) and red", ["red*1.5"]),
    ("see https://example.com/a (OLD house:1.2)", ["old house*1.2"]),
    ("((red:1.5) and (white:3):0.5) fox", ["red*0.75", "and*0.5", "white*1.5"]),
    ("(red:1)", []),
    ("a (red) fox: 1.5", []),
    ("(:1.5) x", []),
  ]) func findsParts(prompt: String, want: [String]) {
    #expect(parts(prompt) == want)
  }

  @Test func placesTheSecondOfTwo() {
    let text = PromptText("red and (red:1.5) and red", cleans: true)
    #expect(text.cleaned == "red and red and red")
    #expect(text.parts == [PromptText.Part(range: 8..<11, weight: 1.5)])
  }

  /// What cleaning deletes has no place; it is told, not dropped.
  @Test func tellsWhatHasNoPlace() {
    let text = PromptText("a (#12345678:1.5) fox", cleans: true)
    #expect(text.parts.isEmpty)
    #expect(text.unplaced == ["#12345678"])
  }

  @Test func takesRawPromptsLiterally() {
    let text = PromptText("A (red:1.5) Fox", cleans: false)
    #expect(text.cleaned == "a (red:1.5) fox")
    #expect(text.parts.isEmpty && text.unplaced.isEmpty)
  }

  /// Pieces "▁a", "▁red", "▁fox", "▁face": a token is weighted if the part has any of its text.
  @Test func weighsTokens() throws {
    let tokenizer = try T5Tokenizer(Golden.model("sigma-tiny").appending(path: "tokenizer"))
    func factors(_ prompt: String) -> [Float]? {
      let text = PromptText(prompt, cleans: true)
      return text.factors(for: tokenizer.tokenize(text.cleaned, maxLength: 300))
    }
    #expect(factors("a red fox face") == nil)
    #expect(factors("a (red:1.5) fox face") == [1, 1.5, 1, 1, 1])
    #expect(factors("a (red fox:1.5) (face:0)") == [1, 1.5, 1.5, 0, 1])
    #expect(factors("a (re:2)d fox face") == [1, 2, 1, 1, 1])
    // Two thirds of the token against one.
    #expect(factors("a (re:2)(d:3) fox face") == [1, 2, 1, 1, 1])
  }
}
