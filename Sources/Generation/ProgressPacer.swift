/// Lets shares of progress through at a rate that eyes can follow: 20 a second, and every end.
struct ProgressPacer {
  private static let interval = Duration.milliseconds(50)

  private var last: ContinuousClock.Instant?

  /// Whether this share should be told now.
  mutating func lets(_ fraction: Double, at now: ContinuousClock.Instant = .now) -> Bool {
    if let last, now - last < Self.interval, fraction < 1 { return false }
    last = now
    return true
  }
}
