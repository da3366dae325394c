import Foundation

/// Lists and ranges as axes of sheets have them, `4,8` and `4..20:8`.
enum SheetValues {
  /// Texts between bars; `\|` is a bar, `\\` a backslash, and a text may be empty.
  static func texts(_ text: String) -> [String] {
    var texts = [""]
    var isEscaped = false
    for character in text {
      if isEscaped {
        if character != "|", character != "\\" { texts[texts.count - 1].append("\\") }
        texts[texts.count - 1].append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "|" {
        texts.append("")
      } else {
        texts[texts.count - 1].append(character)
      }
    }
    if isEscaped { texts[texts.count - 1].append("\\") }
    return texts
  }

  /// Names between commas.
  static func words(_ text: String, of setting: SheetAxis.Setting) throws(SheetError) -> [String] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard !words.contains("") else { throw .noValues(setting) }
    return words
  }

  static func whole(
    _ text: String, of setting: SheetAxis.Setting, in range: ClosedRange<UInt64>
  ) throws(SheetError) -> [String] {
    func read(_ text: Substring) throws(SheetError) -> UInt64 {
      guard let number = UInt64(text), range.contains(number) else {
        throw .unusable(setting, String(text))
      }
      return number
    }
    var values: [String] = []
    for word in try words(text, of: setting) {
      guard let (first, last, step) = span(word) else {
        values.append("\(try read(word[...]))")
        continue
      }
      let (start, end) = (try read(first), try read(last))
      guard let stride = step.map({ UInt64($0) }) ?? 1, stride > 0 else {
        throw .unusable(setting, word)
      }
      let steps = (max(start, end) - min(start, end)) / stride
      try check(values.count, and: steps, of: setting)
      values += (0...steps).map { "\(start <= end ? start + $0 * stride : start - $0 * stride)" }
    }
    return values
  }

  /// - Parameter step: Of ranges that do not say theirs.
  static func numbers(
    _ text: String, of setting: SheetAxis.Setting, in range: ClosedRange<Double>, step usual: Double
  ) throws(SheetError) -> [String] {
    func read(_ text: Substring) throws(SheetError) -> Double {
      guard let number = Double(text), range.contains(number) else {
        throw .unusable(setting, String(text))
      }
      return number
    }
    var values: [String] = []
    for word in try words(text, of: setting) {
      guard let (first, last, step) = span(word) else {
        values.append(written(try read(word[...])))
        continue
      }
      let (start, end) = (try read(first), try read(last))
      guard let stride = step.map({ Double($0) }) ?? usual, stride >= 1e-6, stride.isFinite else {
        throw .unusable(setting, word)
      }
      // Tenths add up to a little more or less than the end.
      let steps = UInt64((abs(end - start) / stride + 1e-6).rounded(.down))
      try check(values.count, and: steps, of: setting)
      values += (0...steps).map {
        written(start + Double($0) * (start <= end ? stride : -stride))
      }
    }
    return values
  }

  /// Before a range is written out.
  private static func check(
    _ count: Int, and steps: UInt64, of setting: SheetAxis.Setting
  ) throws(SheetError) {
    guard steps < UInt64(SheetAxis.mostValues) else {
      let all = UInt64(count).addingReportingOverflow(steps)
      let most = UInt64(Int.max - 1)
      throw .tooManyValues(
        setting, count: all.overflow ? .max : Int(min(most, all.partialValue)) + 1)
    }
  }

  /// `1..7` and `1..7:2` in parts.
  private static func span(_ word: String) -> (first: Substring, last: Substring, step: Substring?)?
  {
    guard let dots = word.range(of: "..") else { return nil }
    let rest = word[dots.upperBound...]
    guard let colon = rest.firstIndex(of: ":") else { return (word[..<dots.lowerBound], rest, nil) }
    return (word[..<dots.lowerBound], rest[..<colon], rest[rest.index(after: colon)...])
  }

  /// `0.3` also where sums came to 0.30000000000000004.
  private static func written(_ number: Double) -> String {
    let rounded = (number * 1e9).rounded() / 1e9
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }
}
