public import Testing

/// Passes when `|got - want| <= absolute + relative * |want|` everywhere.
///
/// Reports the worst element with its index and both values.
public func expectClose(
  _ got: [Float], _ want: [Float], absolute: Float, relative: Float = 0, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard got.count == want.count else {
    Issue.record(
      "\(label): \(got.count) values, expected \(want.count)", sourceLocation: sourceLocation)
    return
  }
  var worst = (excess: Float(0), index: -1)
  for index in got.indices {
    let excess = abs(got[index] - want[index]) - absolute - relative * abs(want[index])
    // A NaN compares false with everything, so ask for what is wanted.
    if !(excess <= worst.excess) {
      worst = (excess.isNaN ? .infinity : excess, index)
    }
  }
  guard worst.index >= 0 else { return }
  Issue.record(
    """
    \(label): element \(worst.index) is \(got[worst.index]), expected \(want[worst.index]), \
    off by \(abs(got[worst.index] - want[worst.index])), allowed \
    \(absolute + relative * abs(want[worst.index]))
    """, sourceLocation: sourceLocation)
}
