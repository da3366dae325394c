/// Times steps and says how long the rest will take.
struct StepClock {
  private var durations: [Double] = []
  private let total: Int

  /// - Parameter total: Steps of all pictures of a request.
  init(total: Int) { self.total = total }

  mutating func add(_ seconds: Double) { durations.append(seconds) }

  /// Nil until a second step was timed: the first one also fills caches and says little.
  var secondsLeft: Double? {
    guard durations.count > 1 else { return nil }
    let settled = durations.dropFirst()
    return settled.reduce(0, +) / Double(settled.count) * Double(total - durations.count)
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
