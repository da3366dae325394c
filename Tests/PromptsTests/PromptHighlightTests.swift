import Testing

@testable import Prompts

@Suite struct PromptHighlightTests {
  /// A line of letters under the text: `a`lternatives, `w`ildcard, `s`trength, `e`rror.
  @Test(arguments: [
    ("a {red|green} fox", "  aaaaaaaaaaa    "),
    ("(red:1.2) (fox)", "sssssssss      "),
    ("{a|(b:2) c|__d__}", "aaasssssaaawwwwwa"),
    ("(a {b|c} d:1.2)", "sssaaaaassssssss"),
    ("{(a|b:1.2)}", "aaaaaaaaaaa"),
    ("(a {b|c) d:2}", "   aaaaaaaaaa"),
    ("{a|b", "e   "),
    ("{a {b|c", "   e   "),
    ("(a:9) (b:1)", "   e  sssss"),
    ("__no__ __d__", "eeeeee wwwww"),
    ("\\{a|b\\} \\(c:1\\) \\__d__", "                      "),
    ("{a|{b|c}}", "aaaaaaaaa"),
    ("(é🦊:1.5)x", "ssssssss "),
    ("", ""),
  ])
  func shows(text: String, kinds: String) {
    #expect(line(text) == kinds.prefix(text.count).padded(to: text.count))
  }

  /// Any text: in order, without overlaps, an error exactly where the template is refused.
  @Test func isTotal() {
    var random = RandomPrompts(seed: 1)
    for _ in 0..<100_000 {
      let text = random.next()
      let found = PromptHighlight.highlights(in: text, wildcards: ["w"])
      var position = text.startIndex
      for highlight in found {
        guard highlight.range.lowerBound >= position, !highlight.range.isEmpty else {
          Issue.record("overlap in \(text.debugDescription)")
          return
        }
        position = highlight.range.upperBound
      }
      _ = PromptWeights(text)
      let isRefused = found.contains {
        $0.kind == .error && text[$0.range].utf8.contains(UInt8(ascii: "{"))
      }
      let template = try? PromptTemplate(text, wildcards: Anything())
      guard (template == nil) == isRefused else {
        Issue.record("\(text.debugDescription): shown and refused differ")
        return
      }
    }
  }

  private struct Anything: WildcardSource {
    var names: [String] { [] }
    func entries(named name: String) -> [String] { ["x"] }
  }

  private func line(_ text: String) -> String {
    let found = PromptHighlight.highlights(in: text, wildcards: ["d"])
    return String(
      text.indices.map { index -> Character in
        switch found.first(where: { $0.range.contains(index) })?.kind {
        case .alternatives: "a"
        case .wildcard: "w"
        case .weight: "s"
        case .error: "e"
        case nil: " "
        }
      })
  }
}

extension StringProtocol {
  fileprivate func padded(to count: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, count - self.count))
  }
}
