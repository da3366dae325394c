/// What the PixArt pipelines do to a prompt before it is cut into tokens.
///
/// The rules are those of diffusers' `_clean_caption`, which the models were trained with; only the
/// repair of wrongly decoded text (`Ã©` for `é`) is left out. They are old web-scraping rules and
/// eat things a prompt may mean: Chinese characters, "1024x1024", "mp4".
public enum CaptionCleaning {
  /// Cleans a caption as the pipelines do by default: the same pass twice.
  public static func clean(_ caption: String) -> String {
    pass(pass(ScalarText(caption))).string
  }

  /// What the pipelines do when cleaning is off: lower case, no white space at the ends.
  public static func notCleaned(_ caption: String) -> String {
    ScalarText(caption).lowercased.stripped.string
  }

  /// One of the two passes.
  static func cleanOnce(_ caption: String) -> String { pass(ScalarText(caption)).string }

  private static func pass(_ caption: ScalarText) -> ScalarText {
    var text = caption.decodedFromURL.stripped.lowercased
    CaptionRule.links.apply(to: &text)
    text = HTMLText.extract(from: text)
    CaptionRule.nicknames.apply(to: &text)
    text.replaceRuns(of: ideographs, with: [])
    text.replaceRuns(of: dashes, with: ["-"])
    text.replaceEach(of: doubleQuotes, with: "\"")
    text.replaceEach(of: singleQuotes, with: "'")
    CaptionRule.numbersAndFiles.apply(to: &text)
    text.replaceRuns(of: "\"'", atLeast: 2, with: ["\""])
    text.replaceRuns(of: ".", atLeast: 2, with: [" "])
    text.replaceRuns(of: badPunctuation, with: [" "])
    CaptionRule.lonelyDots.apply(to: &text)
    separateJoinedWords(in: &text)
    text = HTMLEntities.unescape(HTMLEntities.unescape(TextRepair.repair(text)))
    CaptionRule.clutter.apply(to: &text)
    text.replaceRuns(of: .space, with: [" "])
    trimEnds(of: &text)
    return text.stripped
  }

  /// CJK strokes to unified ideographs, enclosed and compatibility characters between them.
  private static let ideographs = ScalarSet(["\u{31C0}"..."\u{9FFF}"])

  private static let dashes =
    ScalarSet(
      "\u{2D}\u{58A}\u{5BE}\u{1400}\u{1806}\u{2E17}\u{2E1A}\u{2E3A}\u{2E3B}\u{2E40}\u{301C}\u{3030}"
        + "\u{30A0}\u{FE31}\u{FE32}\u{FE58}\u{FE63}\u{FF0D}")
    + ScalarSet(["\u{2010}"..."\u{2015}"])

  private static let doubleQuotes: ScalarSet = "`´«»“”¨"
  private static let singleQuotes: ScalarSet = "‘’"
  private static let badPunctuation: ScalarSet = #"#®•©™&@·º½¾¿¡§~)(][}{|\/*"#

  /// Parts words like this-is-my-cute-cat or this_is_my_cute_cat.
  private static func separateJoinedWords(in text: inout ScalarText) {
    let joints: ScalarSet = "-_"
    if text.count(where: joints.contains) > 3 { text.replaceEach(of: joints, with: " ") }
  }

  /// Quotes around the whole text, one mark at the start, one at the end, a text like ".hidden".
  private static func trimEnds(of text: inout ScalarText) {
    let quotes: ScalarSet = "\"'"
    if text.count > 2, quotes.contains(text[0]), quotes.contains(text[text.count - 1]) {
      text = ScalarText(text.dropFirst().dropLast())
    }
    let leading: ScalarSet = "'_,-:;"
    if let first = text.first, leading.contains(first) { text.removeFirst() }
    let trailing: ScalarSet = "'_,-:+"
    if let last = text.last, trailing.contains(last) { text.removeLast() }
    if text.count > 1, text[0] == ".", !text.contains(where: \.isSpace) { text = [] }
  }
}
