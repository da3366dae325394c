/// Where weights `(text:number)` stand in a prompt, in offsets of UTF-8 bytes.
struct WeightMarks: Equatable {
  struct Group: Equatable {
    /// From the opening parenthesis up to the one that closes it, both included.
    let whole: Range<Int>
    /// What is weighted.
    let content: Range<Int>
    let number: Range<Int>
    let value: Double

    var isInRange: Bool { PromptWeights.range.contains(value) }
  }

  /// In the order in which they close: inner ones before those around them.
  private(set) var groups: [Group] = []
  /// Offsets of the backslashes in `\(` and `\)`.
  private(set) var escapes: [Int] = []

  /// - Parameter template: Choices of the same text; no weight reaches across their marks.
  init(_ bytes: [UInt8], template: TemplateMarks? = nil) {
    let fences = template?.marks ?? []
    var nextFence = 0
    /// Offsets of open parentheses; nil is an open brace.
    var open: [Int?] = []
    var offset = 0
    while offset < bytes.count {
      if nextFence < fences.count, fences[nextFence].range.lowerBound == offset {
        let fence = fences[nextFence]
        nextFence += 1
        if fence.kind == .bar || fence.kind == .close {
          while let last = open.last, last != nil { open.removeLast() }
        }
        if fence.kind == .open { open.append(nil) }
        if fence.kind == .close { open.removeLast() }
        offset = fence.range.upperBound
        continue
      }
      switch bytes[offset] {
      case UInt8(ascii: "\\"):
        if offset + 1 < bytes.count, bytes[offset + 1].isParenthesis {
          escapes.append(offset)
          offset += 1
        }
      case UInt8(ascii: "("):
        open.append(offset)
      case UInt8(ascii: ")"):
        if let last = open.last, let start = last {
          open.removeLast()
          if let group = Self.group(bytes, from: start, to: offset) { groups.append(group) }
        }
      default: break
      }
      offset += 1
    }
  }

  /// The weight that two parentheses make, if there is text, a colon and a number between them.
  private static func group(_ bytes: [UInt8], from open: Int, to close: Int) -> Group? {
    func isBlank(_ offset: Int) -> Bool { bytes[offset].isBlank }
    var end = close
    while end > open, isBlank(end - 1) { end -= 1 }
    var start = end
    while bytes[start - 1].isDigitOrPoint { start -= 1 }
    if bytes[start - 1] == UInt8(ascii: "-") || bytes[start - 1] == UInt8(ascii: "+") {
      start -= 1
    }
    var colon = start - 1
    while colon > open, isBlank(colon) { colon -= 1 }
    guard start < end, colon > open, bytes[colon] == UInt8(ascii: ":"),
      (open + 1..<colon).contains(where: { !isBlank($0) }),
      let value = Self.value(bytes[start..<end])
    else { return nil }
    return Group(
      whole: open..<close + 1, content: open + 1..<colon, number: start..<end, value: value)
  }

  /// - Returns: Nil unless it is digits with at most one point, and perhaps a sign before them.
  private static func value(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count(where: { $0 == UInt8(ascii: ".") }) <= 1 else { return nil }
    var text = String(decoding: bytes, as: UTF8.self)
    if text.hasSuffix(".") { text.removeLast() }
    if text.hasPrefix("+") { text.removeFirst() }
    guard text.last?.isNumber ?? false else { return nil }
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
    return Double(text).map { $0 + 0 }
  }
}

extension UInt8 {
  var isBlank: Bool { self == UInt8(ascii: " ") || self == 9 || self == 10 || self == 13 }

  fileprivate var isParenthesis: Bool { self == UInt8(ascii: "(") || self == UInt8(ascii: ")") }

  fileprivate var isDigitOrPoint: Bool {
    self == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
