import Testing

@testable import Terminal

@Suite struct FramePacerTests {
  private let start = ContinuousClock.now

  /// Sends a picture that is answered after a while.
  private func send(
    _ pacer: inout FramePacer, bytes: Int = 40_000, isPassing: Bool = true, takes: Duration,
    at now: ContinuousClock.Instant
  ) {
    pacer.began(bytes: bytes, isPassing: isPassing, at: now)
    pacer.written(at: now + takes / 2)
    pacer.answered(at: now + takes)
  }

  @Test func hasOnePictureOnTheWay() {
    var pacer = FramePacer(isRemote: false)
    #expect(pacer.isIdle && pacer.deadline == nil)
    pacer.began(bytes: 100_000, isPassing: true, at: start)
    #expect(!pacer.isIdle && pacer.deadline == nil)
    pacer.written(at: start + .milliseconds(50))
    #expect(!pacer.isIdle)
    pacer.answered(at: start + .milliseconds(100))
    #expect(pacer.isIdle && pacer.answersFences == true)
    #expect(pacer.bytesPerSecond.map { abs($0 - 1_000_000) < 1 } == true)
    #expect(pacer.lastDuration == .milliseconds(100))
  }

  @Test func stepsDownAndUpAgain() {
    var pacer = FramePacer(isRemote: false)
    func first() -> PictureQuality { pacer.offer(isPassing: true).qualities[0] }
    #expect(first() == PictureQuality(colors: 256, longestSide: .max))
    send(&pacer, takes: .milliseconds(200), at: start)
    #expect(first().colors == 64)
    send(&pacer, takes: .milliseconds(200), at: start)
    #expect(first().colors == 16 && first().longestSide == .max)
    // Three times too slow: two steps.
    send(&pacer, takes: .milliseconds(500), at: start)
    #expect(first() == PictureQuality(colors: 16, longestSide: 384))
    for _ in 0..<20 { send(&pacer, takes: .milliseconds(500), at: start) }
    #expect(first() == PictureQuality(colors: 16, longestSide: 128))
    for _ in 0..<9 { send(&pacer, takes: .milliseconds(20), at: start) }
    #expect(first().longestSide == 128)
    send(&pacer, takes: .milliseconds(20), at: start)
    #expect(first().longestSide == 256)
    // Neither slow nor quick starts the count anew.
    for _ in 0..<9 { send(&pacer, takes: .milliseconds(20), at: start) }
    send(&pacer, takes: .milliseconds(100), at: start)
    send(&pacer, takes: .milliseconds(20), at: start)
    #expect(first().longestSide == 256)
  }

  @Test func limitsBytesByTheLine() {
    var local = FramePacer(isRemote: false)
    #expect(local.offer(isPassing: true).mostBytes == nil)
    send(&local, bytes: 20_000, takes: .milliseconds(100), at: start)
    // 200 KB/s: 150 ms for a preview, 600 ms for a picture that stays.
    #expect(local.offer(isPassing: true).mostBytes == 30_000)
    #expect(local.offer(isPassing: false).mostBytes == 120_000)
    #expect(
      local.offer(isPassing: false).qualities[0] == PictureQuality(colors: 256, longestSide: .max))
    var remote = FramePacer(isRemote: true)
    send(&remote, bytes: 20_000, takes: .milliseconds(100), at: start)
    #expect(remote.offer(isPassing: true).mostBytes == 120_000)
    // Small pictures say nothing about the line.
    send(&remote, bytes: 100, takes: .milliseconds(100), at: start)
    #expect(remote.offer(isPassing: true).mostBytes == 120_000)
  }

  @Test func doesWithoutAnswers() {
    var pacer = FramePacer(isRemote: false)
    pacer.began(bytes: 40_000, isPassing: true, at: start)
    pacer.written(at: start + .milliseconds(800))
    #expect(pacer.deadline == start + .milliseconds(2800))
    pacer.tick(at: start + .milliseconds(2799))
    #expect(!pacer.isIdle)
    pacer.tick(at: start + .milliseconds(2800))
    #expect(pacer.isIdle && pacer.answersFences == false)
    // From now on by the clock: twice as long as writing took, at least a second.
    pacer.began(bytes: 40_000, isPassing: true, at: start)
    pacer.written(at: start + .milliseconds(800))
    #expect(!pacer.isIdle && pacer.deadline == start + .milliseconds(2400))
    pacer.tick(at: start + .milliseconds(2400))
    #expect(pacer.isIdle)
    pacer.began(bytes: 40_000, isPassing: true, at: start)
    pacer.written(at: start + .milliseconds(10))
    #expect(pacer.deadline == start + .milliseconds(1010))
    // A late answer is one.
    pacer.answered(at: start + .milliseconds(500))
    #expect(pacer.isIdle && pacer.answersFences == true)
  }

  @Test func forgivesOneLostAnswer() {
    var pacer = FramePacer(isRemote: false)
    send(&pacer, takes: .milliseconds(20), at: start)
    pacer.began(bytes: 40_000, isPassing: true, at: start)
    pacer.written(at: start)
    pacer.tick(at: start + .seconds(2))
    #expect(pacer.isIdle && pacer.answersFences == true)
  }
}
