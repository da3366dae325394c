extension PromptWeights {
  /// A prompt after its weights were changed, and where the cursor is in it.
  public struct Changed: Equatable, Sendable {
    public let text: String
    public let cursor: String.Index
  }

  /// Changes the weight of the marked text at the cursor, or else of the word there.
  ///
  /// A word without a weight is put in marks; marks whose weight becomes 1 are taken away.
  ///
  /// - Parameters:
  ///   - text: May hold alternatives and wildcards as well.
  ///   - step: Added to the weight, which is kept within ``range``.
  /// - Returns: Nil if there is nothing to weight, or its weight is the last of the range already.
  public static func changingWeight(
    of text: String, at cursor: String.Index, by step: Double = 0.1
  ) -> Changed? {
    let bytes = Array(text.utf8)
    let marks = WeightMarks(bytes, template: TemplateMarks(bytes))
    let place = text.utf8Offset(cursor)
    if let group = marks.group(at: place) {
      return change(group, in: text, bytes, cursor: place, step: step)
    }
    guard let word = text.word(at: cursor) else { return nil }
    let weight = stepped(1, by: step)
    guard weight != 1 else { return nil }
    let changed = text[..<word.lowerBound] + "(" + text[word] + ":" + weight.shortText + ")"
    return Changed(changed + text[word.upperBound...], cursor: place + 1)
  }

  private static func change(
    _ group: WeightMarks.Group, in text: String, _ bytes: [UInt8], cursor: Int, step: Double
  ) -> Changed? {
    let weight = stepped(group.value, by: step)
    guard weight != group.value else { return nil }
    let before = String(decoding: bytes[..<group.whole.lowerBound], as: UTF8.self)
    let content = String(decoding: bytes[group.content], as: UTF8.self)
    let after = String(decoding: bytes[group.whole.upperBound...], as: UTF8.self)
    if weight == 1 {
      let inside = min(max(cursor, group.content.lowerBound), group.content.upperBound) - 1
      return Changed(
        before + content + after,
        cursor: cursor >= group.whole.upperBound
          ? cursor - (group.whole.count - group.content.count)
          : inside)
    }
    let number = weight.shortText
    let shift = number.utf8.count - group.number.count
    return Changed(
      String(decoding: bytes[..<group.number.lowerBound], as: UTF8.self) + number
        + String(decoding: bytes[group.number.upperBound...], as: UTF8.self),
      cursor: cursor >= group.number.upperBound
        ? cursor + shift : min(cursor, group.number.lowerBound + number.utf8.count))
  }

  private static func stepped(_ weight: Double, by step: Double) -> Double {
    let hundredths = ((weight + step) * 100).rounded() / 100
    return min(max(hundredths, range.lowerBound), range.upperBound)
  }
}

extension PromptWeights.Changed {
  fileprivate init(_ text: some StringProtocol, cursor: Int) {
    self.text = String(text)
    self.cursor = self.text.index(utf8: cursor)
  }
}

extension WeightMarks {
  /// The innermost group around a place, or else one that ends or begins there.
  fileprivate func group(at place: Int) -> Group? {
    groups.first { $0.whole.lowerBound < place && place < $0.whole.upperBound }
      ?? groups.first { $0.whole.upperBound == place }
      ?? groups.first { $0.whole.lowerBound == place }
  }
}

extension String {
  /// The word around a place, or else the one that ends there.
  fileprivate func word(at place: String.Index) -> Range<String.Index>? {
    let start = self[..<place].lastIndex { !$0.isPartOfWeightedWord }.map { index(after: $0) }
    let end = self[place...].firstIndex { !$0.isPartOfWeightedWord }
    let word = (start ?? startIndex)..<(end ?? endIndex)
    return word.isEmpty ? nil : word
  }
}

extension Character {
  fileprivate var isPartOfWeightedWord: Bool {
    if let ascii = asciiValue {
      return ascii > 0x20 && !",;:!?.()[]{}<>|\"\\/".utf8.contains(ascii)
    }
    switch self {
    case "、", "。", "，", "！", "？", "：", "；", "（", "）", "「", "」": return false
    default: return !isWhitespace
    }
  }
}
