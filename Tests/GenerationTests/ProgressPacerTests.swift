import Testing

@testable import Generation

@Suite struct ProgressPacerTests {
  /// 20 a second, the first at once and the last always.
  @Test func letsAShareThroughEveryTwentiethOfASecond() {
    var pacer = ProgressPacer()
    let start = ContinuousClock.now
    let told = (0...100).filter { step in
      pacer.lets(Double(step) / 100, at: start + .milliseconds(4 * step))
    }
    #expect(told == [0, 13, 26, 39, 52, 65, 78, 91, 100])
  }
}
