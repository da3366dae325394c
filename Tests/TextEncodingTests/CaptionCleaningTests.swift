import Foundation
import Testing

@testable import TextEncoding

@Suite struct CaptionCleaningTests {
  private struct Row: Decodable {
    let text: String
    let once: String
    let twice: String
    let not_cleaned: String
  }

  /// Rows that hold wrongly decoded text, which ftfy repairs and this package leaves alone.
  private static let mojibake: Set = [
    "\u{E2}\u{20AC}\u{153}mojibake\u{E2}\u{20AC}\u{9D} and \u{C3}\u{A9}",
    "\u{EF}\u{AC}\u{81}ne ligature",
  ]

  /// All rows of g-captions, one pass, two passes and none.
  @Test func matchesDiffusers() throws {
    let rows = try goldenRows("g-captions", "table.json", as: Row.self)
    #expect(rows.count == 158)
    for row in rows {
      expectScalars(
        CaptionCleaning.notCleaned(row.text), row.not_cleaned, row.text.debugDescription)
      if Self.mojibake.contains(row.text) { continue }
      expectScalars(CaptionCleaning.cleanOnce(row.text), row.once, row.text.debugDescription)
      expectScalars(CaptionCleaning.clean(row.text), row.twice, row.text.debugDescription)
    }
    #expect(rows.count { Self.mojibake.contains($0.text) } == 2)
  }

  /// Printed by diffusers 0.42.1 (Python 3.11) for texts with several rules at work.
  @Test(arguments: [
    ("Visit HTTPS://Shop.example.com/a-b_c?x=1 &amp; save 50%+now", "visit ?x=1 save 50% now"),
    ("cat.dog.network and a.com@b", "and a. com"),
    ("R&D, AT&T", "r d, att"),
    ("\u{0660}\u{0661}:\u{0662}\u{0663} \u{0663}\u{0664}\u{0665}\u{0666}\u{0667}\u{0668}", "٠١:٢٣"),
    ("click on\u{3000}it. Page 7 of mp4 images.", ". of ."),
    ("\u{FF06}lt;b\u{FF1B} \u{FF1C}i\u{FF1E}x", "x"),
    ("\"'a'\"", "a"),
    ("a..b...c - d _ e - f - g", "a b c d e f g"),
  ])
  func combinesRules(text: String, want: String) {
    expectScalars(CaptionCleaning.clean(text), want, text)
  }

  /// Processor time of this thread: eight times the text may take eight times as long, a quadratic
  /// rule would take 64 times.
  @Test(arguments: [
    "a", "é", "Σ'", "<", "<a ", "<a/b=", "<a x='><a ' ", "<!--", "<![cdata[", "</", "<b>", "&#",
    ".com", " . ",
  ])
  func takesLinearTime(unit: String) {
    let ratio = timeRatio(unit: unit, bytes: 500) { _ = CaptionCleaning.clean($0) }
    #expect(ratio < 20)
  }
}
