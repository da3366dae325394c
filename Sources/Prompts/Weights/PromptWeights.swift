/// A prompt with weights, `a (red:1.2) fox`, taken apart into plain text and weighted stretches.
///
/// Only parentheses that end in a colon and a number weight what is in them; weights inside weights
/// multiply. Other parentheses stay, unbalanced ones too. `\(` and `\)` are parentheses that never
/// weight.
public struct PromptWeights: Equatable, Sendable {
  /// Weights that can be given.
  public static let range: ClosedRange<Double> = 0...4

  /// The prompt without its marks: what is tokenized.
  public let plain: String
  /// In the order of the text, without overlaps.
  public let spans: [WeightedSpan]
  /// In the order of the prompt.
  public let problems: [WeightProblem]

  public init(_ prompt: String) {
    let bytes = Array(prompt.utf8)
    let marks = WeightMarks(bytes)
    var builder = Builder(bytes: bytes, prompt: prompt)
    for group in marks.groups {
      if group.isInRange {
        builder.edits.append((group.whole.lowerBound, .open(group.value)))
        builder.edits.append(
          (
            group.content.upperBound,
            .close(length: group.whole.upperBound - group.content.upperBound)
          ))
      } else {
        builder.faults.append((group.number.lowerBound, .outOfRange(group.number)))
      }
    }
    builder.edits += marks.escapes.map { ($0, .escape) }
    builder.build()
    let plain = String(decoding: builder.plain, as: UTF8.self)
    self.plain = plain
    spans = builder.spans.map {
      WeightedSpan(range: plain.range(utf8: $0.range), weight: $0.weight)
    }
    problems = builder.problems
  }
}

/// Copies a prompt without its marks and notes what each stretch weighs.
private struct Builder {
  enum Fault {
    case outOfRange(Range<Int>)
    case nestedTooStrong(Double)
  }

  enum Edit {
    case open(Double)
    case close(length: Int)
    case escape
  }

  let bytes: [UInt8]
  let prompt: String
  var edits: [(offset: Int, edit: Edit)] = []
  var plain: [UInt8] = []
  var spans: [(range: Range<Int>, weight: Double)] = []
  var faults: [(offset: Int, fault: Fault)] = []

  init(bytes: [UInt8], prompt: String) {
    self.bytes = bytes
    self.prompt = prompt
  }

  /// What was wrong, in the order of the prompt.
  var problems: [WeightProblem] {
    var position = 1
    var counted = prompt.startIndex
    return faults.sorted { $0.offset < $1.offset }.map { item in
      let place = prompt.index(utf8: item.offset)
      position += prompt[counted..<place].count
      counted = place
      switch item.fault {
      case .outOfRange(let number):
        return .outOfRange(
          number: String(decoding: bytes[number], as: UTF8.self), position: position)
      case .nestedTooStrong(let weight):
        return .nestedTooStrong(weight: weight, position: position)
      }
    }
  }

  mutating func build() {
    edits.sort { $0.offset < $1.offset }
    var weights: [Double] = []
    var position = 0
    for (offset, edit) in edits {
      copy(position..<offset, weight: weights.last ?? 1)
      switch edit {
      case .open(let weight):
        weights.append(nested(weight, in: weights.last ?? 1, at: offset))
        position = offset + 1
      case .close(let length):
        weights.removeLast()
        position = offset + length
      case .escape:
        position = offset + 1
      }
    }
    copy(position..<bytes.count, weight: 1)
  }

  private mutating func nested(_ weight: Double, in outer: Double, at offset: Int) -> Double {
    // Weights are written in decimals; so is their product, without the noise of binary fractions.
    let product = (weight * outer * 1e6).rounded() / 1e6
    guard product > PromptWeights.range.upperBound else { return product }
    faults.append((offset, .nestedTooStrong(product)))
    return PromptWeights.range.upperBound
  }

  private mutating func copy(_ range: Range<Int>, weight: Double) {
    guard !range.isEmpty else { return }
    let start = plain.count
    plain += bytes[range]
    guard weight != 1 else { return }
    if let last = spans.last, last.weight == weight, last.range.upperBound == start {
      spans[spans.count - 1].range = last.range.lowerBound..<plain.count
    } else {
      spans.append((start..<plain.count, weight))
    }
  }
}
