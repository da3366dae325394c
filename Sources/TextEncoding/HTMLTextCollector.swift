/// The open elements of a fragment and the text found in them so far.
struct HTMLTextCollector {
  private var text: ScalarText = []
  /// Data since the last tag, which can be empty, or `nil` if there was none.
  private var pending: ScalarText?
  private var openElements: [String] = []
  private var openCounts: [String: Int] = [:]
  /// Void elements met so far whose end tags, if any come, are to be ignored.
  private var closedVoids: [String: Int] = [:]
  private var hiddenDepth = 0
  private var preservingDepth = 0

  private static let hidden: Set = ["script", "style", "template", "rt", "rp"]
  private static let preserving: Set = ["pre", "textarea"]
  private static let void: Set = [
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image",
    "img", "input", "isindex", "keygen", "link", "menuitem", "meta", "nextid", "param", "source",
    "spacer", "track", "wbr",
  ]

  mutating func append(_ data: ArraySlice<TextScalar>) {
    if pending == nil { pending = [] }
    pending?.append(contentsOf: data)
  }

  mutating func startTag(_ name: String, closesItself: Bool) {
    flush()
    push(name)
    if closesItself {
      close(name)
    } else if Self.void.contains(name) {
      close(name)
      closedVoids[name, default: 0] += 1
    }
  }

  mutating func endTag(_ name: String) {
    if let count = closedVoids[name], count > 0 {
      closedVoids[name] = count - 1
    } else {
      close(name)
    }
  }

  /// A comment, a declaration or a processing instruction: parts the text around it.
  mutating func hiddenSection() { flush() }

  /// A CDATA section, whose text counts wherever it stands.
  mutating func cdataSection(_ data: ArraySlice<TextScalar>) {
    flush()
    append(data)
    flush(always: true)
  }

  mutating func finish() -> ScalarText {
    flush()
    return text
  }

  private mutating func close(_ name: String) {
    flush()
    guard openCounts[name, default: 0] > 0 else { return }
    while let open = openElements.popLast() {
      openCounts[open, default: 1] -= 1
      if Self.hidden.contains(open) { hiddenDepth -= 1 }
      if Self.preserving.contains(open) { preservingDepth -= 1 }
      if open == name { return }
    }
  }

  private mutating func push(_ name: String) {
    openElements.append(name)
    openCounts[name, default: 0] += 1
    if Self.hidden.contains(name) { hiddenDepth += 1 }
    if Self.preserving.contains(name) { preservingDepth += 1 }
  }

  /// Ends a run of data; white space alone counts as one space or line break.
  private mutating func flush(always: Bool = false) {
    guard let data = pending.take(), always || hiddenDepth == 0 else { return }
    let blanks: ScalarSet = " \n\t\u{C}\r"
    if preservingDepth == 0, data.allSatisfy(blanks.contains) {
      text.append(data.contains("\n") ? "\n" : " ")
    } else {
      text += data
    }
  }
}
