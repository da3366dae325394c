/// Where alternatives and wildcards stand in a prompt, in offsets of UTF-8 bytes.
///
/// All marks are ASCII, so bytes are enough to find them. `{…}` is a choice only if it holds a bar
/// of its own; other braces, and bars outside of braces, are ordinary text.
struct TemplateMarks: Equatable {
  struct Mark: Equatable {
    enum Kind: Equatable {
      case open, bar, close
      /// With the name between the underscores.
      case wildcard(name: Range<Int>)
    }

    let kind: Kind
    let range: Range<Int>
  }

  /// In the order of the text; every `open` has its `close`, and at least one `bar` between them.
  let marks: [Mark]
  /// Offsets of the opening braces that have a bar but no closing brace.
  let unclosed: [Int]

  init(_ bytes: [UInt8]) {
    var scanner = Scanner(bytes: bytes)
    scanner.scan()
    unclosed = scanner.unclosed
    marks = scanner.marks
  }

  /// Whether `__name__` is a wildcard of just this name.
  static func canName(_ name: String) -> Bool {
    let bytes = Array("__\(name)__".utf8)
    return TemplateMarks(bytes).marks.first?.kind == .wildcard(name: 2..<bytes.count - 2)
  }

  /// Bytes of the escape that begins here: a backslash and the mark after it; 0 if there is none.
  ///
  /// Escapes are `\{`, `\}`, `\|` and `\__`.
  static func escapeLength(_ bytes: [UInt8], at offset: Int) -> Int {
    guard bytes[offset] == UInt8(ascii: "\\"), offset + 1 < bytes.count else { return 0 }
    switch bytes[offset + 1] {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"): return 2
    case UInt8(ascii: "_"):
      return offset + 2 < bytes.count && bytes[offset + 2] == UInt8(ascii: "_") ? 3 : 0
    default: return 0
    }
  }
}

/// Finds every mark first, and says afterwards which braces were a choice.
private struct Scanner {
  let bytes: [UInt8]
  /// What was found, with the place in `found` of the brace it belongs to.
  private var found: [(mark: TemplateMarks.Mark, owner: Int?)] = []
  private var open: [(index: Int, bars: Int)] = []
  private var choices: Set<Int> = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  var marks: [TemplateMarks.Mark] {
    found.compactMap { item in
      guard let owner = item.owner else { return item.mark }
      return choices.contains(owner) ? item.mark : nil
    }
  }

  var unclosed: [Int] {
    open.filter { $0.bars > 0 }.map { found[$0.index].mark.range.lowerBound }
  }

  mutating func scan() {
    var offset = 0
    while offset < bytes.count {
      let escape = TemplateMarks.escapeLength(bytes, at: offset)
      if escape > 0 {
        offset += escape
        continue
      }
      switch bytes[offset] {
      case UInt8(ascii: "{"):
        open.append((found.count, 0))
        add(.open, offset..<offset + 1, owner: found.count)
      case UInt8(ascii: "|"):
        if let brace = open.last {
          open[open.count - 1].bars += 1
          add(.bar, offset..<offset + 1, owner: brace.index)
        }
      case UInt8(ascii: "}"):
        if let brace = open.popLast(), brace.bars > 0 {
          choices.insert(brace.index)
          add(.close, offset..<offset + 1, owner: brace.index)
        }
      case UInt8(ascii: "_"):
        if let name = wildcardName(at: offset) {
          add(.wildcard(name: name), offset..<name.upperBound + 2, owner: nil)
          offset = name.upperBound + 1
        }
      default: break
      }
      offset += 1
    }
  }

  private mutating func add(_ kind: TemplateMarks.Mark.Kind, _ range: Range<Int>, owner: Int?) {
    found.append((TemplateMarks.Mark(kind: kind, range: range), owner))
  }

  /// The name in `__name__`: parts of letters, digits, `-` and single `_`, between single slashes.
  private func wildcardName(at offset: Int) -> Range<Int>? {
    let underscore = UInt8(ascii: "_")
    let slash = UInt8(ascii: "/")
    guard offset + 2 < bytes.count, bytes[offset + 1] == underscore else { return nil }
    let start = offset + 2
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      let beginsPart = end == start || bytes[end - 1] == slash
      if byte == underscore, !beginsPart, end + 1 < bytes.count, bytes[end + 1] == underscore {
        return start..<end
      }
      let endsPart = byte == slash || byte == underscore || byte == UInt8(ascii: "-")
      guard isWord(byte) || (endsPart && !beginsPart) else { return nil }
      end += 1
    }
    return nil
  }

  /// Whether it is an ASCII letter, a digit or a part of a character outside ASCII.
  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 128...:
      true
    default: false
    }
  }
}
