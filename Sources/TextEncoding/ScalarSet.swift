/// A set of Unicode scalars: classes, single scalars and ranges.
struct ScalarSet: Sendable {
  private var classes: TextScalar.Classes = []
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)
  private var ranges: [ClosedRange<UInt32>] = []
  private var isInverted = false

  static let word = ScalarSet(.word)
  static let digit = ScalarSet(.digit)
  static let space = ScalarSet(.space)
  /// a to z and A to Z.
  static let letter = ScalarSet(["a"..."z", "A"..."Z"])

  init(_ classes: TextScalar.Classes) { self.classes = classes }

  init(_ ranges: [ClosedRange<Unicode.Scalar>]) {
    for range in ranges { insert(range.lowerBound.value...range.upperBound.value) }
  }

  /// The set of the scalars of a text.
  init(_ scalars: String) {
    for scalar in scalars.unicodeScalars { insert(scalar.value...scalar.value) }
  }

  func contains(_ scalar: TextScalar) -> Bool { holds(scalar) != isInverted }

  /// Everything that is not in this set.
  var inverted: ScalarSet {
    var result = self
    result.isInverted.toggle()
    return result
  }

  static func + (left: ScalarSet, right: ScalarSet) -> ScalarSet {
    precondition(!left.isInverted && !right.isInverted, "only plain sets can be joined")
    var result = left
    result.classes.formUnion(right.classes)
    result.ascii.low |= right.ascii.low
    result.ascii.high |= right.ascii.high
    result.ranges += right.ranges
    return result
  }

  private func holds(_ scalar: TextScalar) -> Bool {
    if scalar.isAny(of: classes) { return true }
    let value = scalar.value
    if value < 64 { return ascii.low >> UInt64(value) & 1 == 1 }
    if value < 128 { return ascii.high >> UInt64(value - 64) & 1 == 1 }
    return ranges.contains { $0.contains(value) }
  }

  private mutating func insert(_ range: ClosedRange<UInt32>) {
    for value in UInt32(0)..<128 where range.contains(value) {
      if value < 64 {
        ascii.low |= 1 << UInt64(value)
      } else {
        ascii.high |= 1 << UInt64(value - 64)
      }
    }
    if range.upperBound >= 128 { ranges.append(range) }
  }
}

extension ScalarSet: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(value) }
}

extension ScalarText {
  /// Replaces each run of scalars of a set, from a minimum length on.
  mutating func replaceRuns(
    of set: ScalarSet, atLeast minimum: Int = 1, with replacement: ScalarText
  ) {
    guard contains(where: set.contains) else { return }
    var result: ScalarText = []
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      var end = index
      while end < count, set.contains(self[end]) { end += 1 }
      if end - index >= minimum {
        result += replacement
      } else if end > index {
        result += self[index..<end]
      } else {
        end += 1
        result.append(self[index])
      }
      index = end
    }
    self = result
  }

  /// Replaces each single scalar of a set.
  mutating func replaceEach(of set: ScalarSet, with replacement: TextScalar) {
    for index in indices where set.contains(self[index]) { self[index] = replacement }
  }
}
