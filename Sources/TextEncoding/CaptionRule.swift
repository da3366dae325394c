/// One replacement of caption cleaning.
///
/// The groups below are in the order in which diffusers' PixArt pipelines apply them (method
/// `_clean_caption`); `CaptionCleaning` says what comes between.
struct CaptionRule: Sendable {
  enum Replacement: Sendable {
    case text(ScalarText)
    /// The match stays and gets a space behind it.
    case spaceBehind
  }

  private let program: PatternProgram
  private let replacement: Replacement

  static func delete(_ pattern: Pattern) -> CaptionRule {
    CaptionRule(program: PatternProgram(pattern), replacement: .text([]))
  }

  static func replace(_ pattern: Pattern, by text: String) -> CaptionRule {
    CaptionRule(program: PatternProgram(pattern), replacement: .text(ScalarText(text)))
  }

  static func spaceBehind(_ pattern: Pattern) -> CaptionRule {
    CaptionRule(program: PatternProgram(pattern), replacement: .spaceBehind)
  }

  func apply(to text: inout ScalarText) {
    switch replacement {
    case .text(let replacement): text.replaceMatches(of: program) { _ in replacement }
    case .spaceBehind: text.replaceMatches(of: program) { $0 + [" "] }
    }
  }
}

extension [CaptionRule] {
  func apply(to text: inout ScalarText) {
    for rule in self { rule.apply(to: &text) }
  }
}

// MARK: Web addresses and names

extension CaptionRule {
  /// Before the markup is taken out.
  static let links: [CaptionRule] = [
    .replace("<person>", by: "person"),
    .delete(link(scheme: [["http", .optional("s")], ":"])),
    .delete(link(scheme: "www:")),
  ]

  static let nicknames: [CaptionRule] = [.delete(["@", .oneOrMore(.word)])]

  /// A scheme with what directly follows it, or a host name with its path.
  private static func link(scheme: Pattern) -> Pattern {
    let alphanumeric = ScalarSet.letter + ScalarSet(["0"..."9"])
    let address: Pattern = [
      scheme, .either([.times(1...3, "/"), .one(alphanumeric + "%")]),
    ]
    let host: Pattern = [
      .oneOrMore(alphanumeric + ".-"), ".",
      .either(["com", "co", "ru", "net", "org", "edu", "gov", "it"]),
      .zeroOrMore(.word + "/-"), .wordEdge, .optional("/"), .assert(.notBefore("@")),
    ]
    return [.wordEdge, .either([address, host])]
  }
}

// MARK: Numbers and files

extension CaptionRule {
  /// Entities that are left, IP addresses, article numbers, file names.
  static let numbersAndFiles: [CaptionRule] = [
    .delete(["&quot", .optional(";")]),
    .delete("&amp"),
    .replace([octet, ".", octet, ".", octet, ".", octet], by: " "),
    .delete([.one(.digit), ":", .times(2...2, .digit), .oneOrMore(.space), .endOfText]),
    .replace(#"\n"#, by: " "),
    .delete(["#", .times(1...3, .digit), .wordEdge]),
    .delete(["#", .times(5..., .digit), .wordEdge]),
    .delete([.wordEdge, .times(6..., .digit), .wordEdge]),
    .delete([.oneOrMore(ScalarSet.space.inverted), ".", fileType]),
  ]

  static let lonelyDots: [CaptionRule] = [
    .replace([.oneOrMore(.space), ".", .oneOrMore(.space)], by: " ")
  ]

  private static let octet = Pattern.times(1...3, .digit)
  private static let fileType = Pattern.either([
    "png", "jpg", "jpeg", "bmp", "webp", "eps", "pdf", "apk", "mp4",
  ])
}

// MARK: What shops and scrapers leave

extension CaptionRule {
  /// After the repair of the text.
  static let clutter: [CaptionRule] = [
    .delete([.wordEdge, .times(1...3, .letter), .times(3...15, .digit), .wordEdge]),
    .delete([.wordEdge, letters, digits, letters, .wordEdge]),
    .delete([.wordEdge, digits, letters, digits, .wordEdge]),
    .delete([
      .optional(["worldwide", spaces]), .optional(["free", spaces]), "shipping",
    ]),
    .delete([.optional(["free", space]), "download", .optional([space, "free"])]),
    .delete([
      .wordEdge, "click", .wordEdge, space, .either(["for", "on"]), space, .oneOrMore(.word),
    ]),
    .delete([.wordEdge, fileType, .optional([space, "image", .optional("s")])]),
    .delete([.wordEdge, "page", spaces, digits, .wordEdge]),
    .replace(
      [
        .wordEdge, .zeroOrMore(.digit), letters, digits, letters, digits,
        .zeroOrMore(.letter + .digit), .wordEdge,
      ], by: " "),
    .delete([.wordEdge, number, .one("x\u{445}\u{D7}"), number, .wordEdge]),
    .replace([.wordEdge, spaces, ":", spaces], by: ": "),
    .spaceBehind([.one(ScalarSet.digit.inverted), .one(",./"), .wordEdge]),
  ]

  private static let letters = Pattern.oneOrMore(.letter)
  private static let digits = Pattern.oneOrMore(.digit)
  private static let space = Pattern.one(.space)
  private static let spaces = Pattern.oneOrMore(.space)
  /// With or without a decimal part.
  private static let number: Pattern = [digits, .optional("."), .zeroOrMore(.digit)]
}
