/// A stretch of a prompt that an editor shows apart from ordinary text.
public struct PromptHighlight: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// `{red|green}`, marks and text.
    case alternatives
    /// `__animals__`.
    case wildcard
    /// `(fox:1.2)`, marks and text.
    case weight
    /// A brace that is never closed, a weight out of range, a wildcard that does not exist.
    case error
  }

  /// In the prompt it was found in.
  public let range: Range<String.Index>
  public let kind: Kind

  /// Finds what to show in any text, in the order of the text, without overlaps: of marks inside
  /// marks the inner ones show.
  ///
  /// - Parameter wildcards: The names that exist; other wildcards are errors. Any name is good if
  ///   nil.
  public static func highlights(in text: String, wildcards: Set<String>? = nil) -> [Self] {
    let bytes = Array(text.utf8)
    let template = TemplateMarks(bytes)
    var regions = template.regions(bytes, wildcards: wildcards)
    for group in WeightMarks(bytes, template: template).groups {
      if group.isInRange {
        regions.append((group.whole, .weight))
      } else {
        regions.append((group.number, .error))
      }
    }
    regions.sort { a, b in
      (a.range.lowerBound, b.range.upperBound) < (b.range.lowerBound, a.range.upperBound)
    }
    return flattened(regions).map { Self(range: text.range(utf8: $0.range), kind: $0.kind) }
  }

  fileprivate typealias Region = (range: Range<Int>, kind: Kind)

  /// Cuts nested regions, outer ones first, into a row of stretches.
  private static func flattened(_ regions: [Region]) -> [Region] {
    var row: [Region] = []
    var around: [Region] = []
    var position = 0
    func show(to end: Int) {
      guard let kind = around.last?.kind, position < end else { return }
      if let last = row.last, last.kind == kind, last.range.upperBound == position {
        row[row.count - 1].range = last.range.lowerBound..<end
      } else {
        row.append((position..<end, kind))
      }
      position = end
    }
    func leave(before start: Int) {
      while let last = around.last, last.range.upperBound <= start {
        show(to: last.range.upperBound)
        around.removeLast()
      }
    }
    for region in regions {
      leave(before: region.range.lowerBound)
      show(to: region.range.lowerBound)
      position = region.range.lowerBound
      around.append(region)
    }
    leave(before: .max)
    return row
  }
}

extension TemplateMarks {
  fileprivate func regions(
    _ bytes: [UInt8], wildcards: Set<String>?
  ) -> [PromptHighlight.Region] {
    var regions = unclosed.map { ($0..<$0 + 1, PromptHighlight.Kind.error) }
    var open: [Int] = []
    for mark in marks {
      switch mark.kind {
      case .open:
        open.append(mark.range.lowerBound)
      case .bar: break
      case .close:
        if let start = open.popLast() {
          regions.append((start..<mark.range.upperBound, .alternatives))
        }
      case .wildcard(let name):
        let exists = wildcards?.contains(String(decoding: bytes[name], as: UTF8.self)) ?? true
        regions.append((mark.range, exists ? .wildcard : .error))
      }
    }
    return regions
  }
}

extension String {
  /// The place of a UTF-8 offset; the end if it lies beyond.
  func index(utf8 offset: Int) -> String.Index {
    utf8.index(startIndex, offsetBy: offset, limitedBy: endIndex) ?? endIndex
  }

  func range(utf8 range: Range<Int>) -> Range<String.Index> {
    index(utf8: range.lowerBound)..<index(utf8: range.upperBound)
  }

  func utf8Offset(_ index: String.Index) -> Int { utf8.distance(from: startIndex, to: index) }

  /// Which character, counted from 1, a UTF-8 offset belongs to: how people are told a place.
  func characterNumber(utf8 offset: Int) -> Int { self[..<index(utf8: offset)].count + 1 }
}
