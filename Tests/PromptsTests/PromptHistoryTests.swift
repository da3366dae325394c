import Foundation
import Testing

@testable import Prompts

@Suite struct PromptHistoryTests {
  @Test func keepsTheNewestWithoutRepeats() {
    var history = PromptHistory()
    let added = [
      entry("a", at: 1), entry("a", at: 2),
      PromptHistory.Entry(prompt: "a", negative: "b", when: date(3)), entry("a", at: 4),
      entry(" \n", at: 5),
    ].map { history.add($0) }
    #expect(added == [true, false, true, true, false])
    #expect(history.entries.map(\.when) == [date(1), date(3), date(4)])
    #expect(PromptHistory(history.entries + [entry("a", at: 9)]) == history)
  }

  @Test func forgetsTheOldest() {
    var history = PromptHistory((0..<5_003).map { entry("prompt \($0)", at: $0) })
    #expect(history.entries.count == 5_000)
    #expect(history.entries.first?.prompt == "prompt 3")
    history.add(entry("one more", at: 6_000))
    #expect(history.entries.count == 5_000)
    #expect(history.entries.first?.prompt == "prompt 4")
    #expect(history.search("one more").first?.index == 4_999)
  }

  @Test func searches() {
    let history = PromptHistory([
      entry("a red fox in snow", at: 1), entry("forest", at: 2), entry("a red fox in snow", at: 3),
      entry("of oxen", at: 4), entry("Fox", at: 5),
    ])
    let found = history.search("fox")
    #expect(found.map(\.index) == [4, 2, 3])
    #expect(found[1].positions == [6, 7, 8])
    #expect(history.search("").map(\.index) == [4, 3, 2, 1])
    #expect(history.search("fox", limit: 1).map(\.index) == [4])
    #expect(history.search("zebra") == [])
  }

  private func entry(_ prompt: String, at second: Int) -> PromptHistory.Entry {
    PromptHistory.Entry(prompt: prompt, when: date(second))
  }

  private func date(_ second: Int) -> Date { Date(timeIntervalSince1970: Double(second)) }
}
