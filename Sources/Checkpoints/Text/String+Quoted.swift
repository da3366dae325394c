extension String {
  /// In single quotes on one line for a message: control characters escaped, long text cut.
  package var quoted: String {
    let limit = 120
    var text = "'"
    for scalar in unicodeScalars.prefix(limit) {
      text += scalar.properties.generalCategory.isSafeInMessage ? String(scalar) : scalar.escaped
    }
    return text + (unicodeScalars.dropFirst(limit).isEmpty ? "'" : "…'")
  }
}

extension Unicode.Scalar {
  fileprivate var escaped: String { "\\u{\(String(value, radix: 16))}" }
}

extension Unicode.GeneralCategory {
  /// Control and format characters could drive the reader's terminal or turn its text around.
  fileprivate var isSafeInMessage: Bool {
    switch self {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}
