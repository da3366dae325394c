/// Makes any text one that an editor can hold.
enum EditableText {
  private static let tab = "  "

  /// Line ends become `\n`, a tab two blanks, and other control characters are dropped.
  static func from(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnfit) else { return text }
    var clean = String.UnicodeScalarView()
    var before: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n":
        if before != "\r" { clean.append("\n") }
      case "\r", "\u{85}", "\u{2028}", "\u{2029}":
        clean.append("\n")
      case "\t":
        clean.append(contentsOf: tab.unicodeScalars)
      default:
        if !isUnfit(scalar) { clean.append(scalar) }
      }
      before = scalar
    }
    return String(clean)
  }

  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 10: false
    case 0..<32, 127..<160, 0x2028...0x2029: true
    default: false
    }
  }
}
