import Testing

@testable import Generation

@Suite struct StepClockTests {
  /// The first step is slower than the rest and is left out.
  @Test func leavesTheFirstStepOut() {
    var clock = StepClock(total: 5)
    #expect(clock.secondsLeft == nil)
    clock.add(10)
    #expect(clock.secondsLeft == nil)
    clock.add(1)
    #expect(clock.secondsLeft == 3)
    clock.add(2)
    #expect(clock.secondsLeft == 3)
    clock.add(1.5)
    clock.add(1.5)
    #expect(clock.secondsLeft == 0)
  }
}
