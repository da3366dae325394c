import Foundation

extension ScalarText {
  /// Unicode's normal form C.
  ///
  /// Foundation takes quadratic time for long runs of combining marks in the wrong order, so they
  /// are brought into order first.
  var composed: ScalarText {
    // Nothing below the first combining mark is ever changed.
    guard contains(where: { $0.value >= 0x300 }) else { return self }
    return ScalarText(inMarkOrder.string.precomposedStringWithCanonicalMapping)
  }

  private var inMarkOrder: ScalarText {
    var result: ScalarText = []
    result.reserveCapacity(count)
    var run: [(order: Int, scalar: TextScalar)] = []
    func closeRun() {
      // By class, in the given order within one class: sorting has to be stable.
      let ordered = run.enumerated().sorted {
        ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
      }
      result += ordered.lazy.map(\.element.scalar)
      run.removeAll(keepingCapacity: true)
    }
    for scalar in lazy.flatMap({ Self.tibetanVowels[$0.value] ?? [$0] }) {
      let order = scalar.value < 0x300 ? 0 : scalar.markOrder
      if order > 0 {
        run.append((order, scalar))
      } else {
        if !run.isEmpty { closeRun() }
        result.append(scalar)
      }
    }
    closeRun()
    return result
  }

  /// The only scalars that are no marks themselves but fall apart into marks alone.
  private static let tibetanVowels: [UInt32: ScalarText] = [
    0xF73: ["\u{F71}", "\u{F72}"], 0xF75: ["\u{F71}", "\u{F74}"],
    0xF81: ["\u{F71}", "\u{F80}"],
  ]
}

extension TextScalar {
  /// Canonical combining class.
  fileprivate var markOrder: Int { Int(unicode.properties.canonicalCombiningClass.rawValue) }
}
