import Testing

@testable import Generation

@Suite struct StepClockTests {
  /// The first step is slower than the rest and is left out.
  @Test func leavesTheFirstStepOut() {
    var clock = StepClock(steps: 5, pictures: 1)
    #expect(clock.secondsLeft == nil)
    clock.add(step: 10)
    #expect(clock.secondsLeft == nil)
    clock.add(step: 1)
    #expect(clock.secondsLeft == 3)
    clock.add(step: 2)
    #expect(clock.secondsLeft == 3)
    clock.add(step: 1.5)
    clock.add(step: 1.5)
    #expect(clock.secondsLeft == 0)
  }

  /// Two more pictures of two steps of 1 s and a decoding of 4 s each.
  @Test func countsDecodingOnceItIsKnown() {
    var clock = StepClock(steps: 6, pictures: 3)
    clock.add(step: 3)
    clock.add(step: 1)
    #expect(clock.secondsLeft == 4)
    clock.add(decoding: 4)
    #expect(clock.secondsLeft == 12)
  }
}
