/// Times steps and says how long the rest will take.
struct StepClock {
  private var steps: [Double] = []
  private var decodings: [Double] = []
  private let totalSteps: Int
  private let totalPictures: Int

  /// - Parameters:
  ///   - steps: Of all pictures that are still to be made.
  ///   - pictures: That are still to be decoded.
  init(steps: Int, pictures: Int) {
    totalSteps = steps
    totalPictures = pictures
  }

  /// - Parameter seconds: From a step's beginning to the next one's, its preview included.
  mutating func add(step seconds: Double) { steps.append(seconds) }

  mutating func add(decoding seconds: Double) { decodings.append(seconds) }

  /// Until the last step ends, and the decoding of all pictures once one was timed.
  ///
  /// Nil until a second step was timed: the first one also fills caches and is left out.
  var secondsLeft: Double? {
    guard let secondsPerStep else { return nil }
    return secondsPerStep * Double(totalSteps - steps.count)
      + mean(decodings[...]) * Double(totalPictures - decodings.count)
  }

  /// The mean without the first step; nil before a second one.
  var secondsPerStep: Double? { steps.count > 1 ? mean(steps.dropFirst()) : nil }

  private func mean(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
