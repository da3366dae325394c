/// Sums wall-clock seconds by stage.
struct StageClock {
  private(set) var seconds: [String: Double] = [:]

  mutating func add(_ stage: String, _ duration: Duration) {
    seconds[stage, default: 0] += duration.seconds
  }

  mutating func measure<T>(_ stage: String, _ body: () throws -> T) rethrows -> T {
    let start = ContinuousClock.now
    defer { add(stage, ContinuousClock.now - start) }
    return try body()
  }
}
