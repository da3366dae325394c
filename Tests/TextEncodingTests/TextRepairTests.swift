import Testing

@testable import TextEncoding

@Suite struct TextRepairTests {
  /// Printed by `ftfy.fix_text(text, fix_encoding=False)`, ftfy 6.3.1.
  @Test(arguments: [
    ("\u{92}x\u{85}", "'x…"), ("\u{FB01}\u{149}\u{1C4}", "fi'nD\u{17D}"),
    ("\u{FF21}\u{FF71}\u{FF9E}\u{3000}\u{FFE6}", "A\u{30A2}\u{3099} \u{20A9}"),
    ("\u{2018}\u{201C}\u{201F}\u{2BC}", "'\"\"'"), ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
    ("\u{1B}[31;1mred\u{1B}[0m", "red"), ("a\u{7}\u{FEFF}\u{FFF9}b", "ab"),
    ("e\u{301}a\u{323}\u{302}", "\u{E9}\u{1EAD}"), ("\u{FF06}lt;\u{FF06}amp;lt;", "<<"),
    ("\u{FF06}lt; <", "&lt; <"), ("&nbsp;", "\u{A0}"), ("\u{FF06}nosuch;", "&nosuch;"),
    ("\u{FF06}#65;\u{FF06}#X41;", "AA"), ("\u{FF06}lt;\n<\u{FF06}lt;", "<\n<&lt;"),
  ])
  func repairs(text: String, want: String) {
    expectScalars(TextRepair.repair(ScalarText(text)).string, want, text.debugDescription)
  }

  /// Printed by Python's `unicodedata.normalize("NFC", text)`.
  @Test(arguments: [
    ("a\u{301}\u{323}", "\u{1EA1}\u{301}"), ("\u{F73}\u{F71}", "\u{F71}\u{F71}\u{F72}"),
    ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("\u{344}", "\u{308}\u{301}"), ("\u{212B}", "\u{C5}"),
  ])
  func composes(text: String, want: String) {
    expectScalars(ScalarText(text).composed.string, want, text.debugDescription)
  }

  /// Foundation alone takes quadratic time for marks in the wrong order.
  @Test(arguments: ["\u{301}\u{323}", "\u{F73}"])
  func composesInLinearTime(unit: String) {
    #expect(timeRatio(unit: unit, bytes: 10_000) { _ = ScalarText($0).composed } < 20)
  }

  /// Printed by Python's `urllib.parse.unquote_plus`.
  @Test(arguments: [
    ("a+b%20c", "a b c"), ("%C3%A9%c3", "é\u{FFFD}"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"),
    ("é%C3é", "é\u{FFFD}é"), ("%F0%9F%A6%8A", "🦊"), ("%ED%A0%80", "\u{FFFD}\u{FFFD}\u{FFFD}"),
  ])
  func decodesURLs(text: String, want: String) {
    expectScalars(ScalarText(text).decodedFromURL.string, want, text)
  }
}
