import CTerminal

/// Columns that text takes on a terminal, by the C library's tables.
public enum DisplayWidth {
  /// 0, 1 or 2.
  public static func columns(_ character: Character) -> Int {
    if character.isASCII { return 1 }
    var widest = 0
    for scalar in character.unicodeScalars {
      widest = max(widest, Int(ct_scalar_width(scalar.value)))
    }
    return min(widest, 2)
  }

  public static func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + max(1, columns($1)) }
  }
}
