import Terminal

/// The characters of a text with what breaking rows has to know about each.
///
/// Most scalars of most prompts are characters by themselves, of a width that is the same
/// everywhere; those are told without asking the library, which matters for long texts.
struct Clusters: IteratorProtocol {
  enum Kind: Equatable {
    case lineEnd, blank, wide
    /// A mark that stays with the character before it, or after it.
    case closing, opening
    case other
  }

  struct Cluster: Equatable {
    /// In offsets of UTF-8 bytes.
    let range: Range<Int>
    /// 0 for a line end, else 1 or 2.
    let columns: Int
    let kind: Kind
  }

  /// In UTF-8 bytes.
  let count: Int

  private let text: String
  private let bytes: [UInt8]
  private var offset = 0

  /// - Parameter range: Begins and ends between characters; all of the text if nil.
  init(_ text: String, range: Range<Int>? = nil) {
    self.text = text
    let range = range ?? 0..<text.utf8.count
    bytes = Array(text.utf8.prefix(range.upperBound))
    count = range.upperBound
    offset = range.lowerBound
  }

  mutating func next() -> Cluster? {
    guard offset < count else { return nil }
    let start = offset
    let first = bytes[start]
    if first < 0x80, start + 1 == count || bytes[start + 1] < 0x80 {
      offset = start + 1
      if first == 10 { return Cluster(range: start..<offset, columns: 0, kind: .lineEnd) }
      return Cluster(range: start..<offset, columns: 1, kind: Self.kind(UInt32(first), 1))
    }
    let (scalar, length) = scalar(at: start)
    offset = start + length
    if scalar == 10 { return Cluster(range: start..<offset, columns: 0, kind: .lineEnd) }
    let columns = Self.plainColumns(scalar)
    if columns > 0, offset == count || isPlain(at: offset) {
      return Cluster(range: start..<offset, columns: columns, kind: Self.kind(scalar, columns))
    }
    let index = text.utf8.index(text.startIndex, offsetBy: start)
    let character = text[index]
    offset = min(count, start + character.utf8.count)
    let width = max(1, DisplayWidth.columns(character))
    return Cluster(range: start..<offset, columns: width, kind: Self.kind(scalar, width))
  }

  private func isPlain(at offset: Int) -> Bool {
    let scalar = scalar(at: offset).value
    return scalar == 10 || Self.plainColumns(scalar) > 0
  }

  /// Columns of a scalar that never forms a character with others of its sort; 0 for all others.
  static func plainColumns(_ scalar: UInt32) -> Int {
    switch scalar {
    case 0x20...0x7E, 0xC0...0x24F, 0x410...0x44F: 1
    case 0x3001...0x3002, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3: 2
    default: 0
    }
  }

  private static func kind(_ scalar: UInt32, _ columns: Int) -> Kind {
    switch scalar {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: return .other
    case 0x20: return .blank
    case 0x3040..<0xFF00 where scalar != 0x30FC: return columns == 2 ? .wide : .other
    default: break
    }
    switch Unicode.Scalar(scalar) ?? " " {
    case ",", ".", ";", ":", "!", "?", ")", "]", "}", "、", "。", "，", "．", "：", "；", "！", "？", "）",
      "」", "』", "】", "》", "〉", "ー":
      return .closing
    case "(", "[", "{", "（", "「", "『", "【", "《", "〈": return .opening
    default: return columns == 2 ? .wide : .other
    }
  }

  /// Decodes UTF-8, which is valid in every string.
  private func scalar(at offset: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[offset])
    func next(_ distance: Int) -> UInt32 { UInt32(bytes[offset + distance]) & 0x3F }
    if first < 0x80 { return (first, 1) }
    if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
    if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
    return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
  }
}
