public import Generation

/// How far a batch is and how long the rest will take, from what was done since it began.
///
/// Pictures count by their work, not by their number: steps, guidance and size differ.
public struct BatchClock: Sendable {
  private let whole: Double
  private var done = 0.0

  /// - Parameter works: Of the pictures that are still to be made.
  public init(works: [Double]) { whole = works.reduce(0, +) }

  /// What a picture of a request costs, in no unit.
  ///
  /// - Parameters:
  ///   - steps: That are computed.
  ///   - pixels: Of the picture.
  public static func work(steps: Int, isGuided: Bool, pixels: Int) -> Double {
    Double(steps) * (isGuided ? 2 : 1) * Double(pixels)
  }

  /// What one picture of a request costs.
  ///
  /// - Throws: What makes the request impossible.
  public static func work(of job: JobRequest, with model: ModelDescription) throws -> Double {
    let size = try model.madeSize(job.pictureSize, snapsToBin: job.bin)
    return work(
      steps: try job.computedSteps(with: model) ?? job.steps, isGuided: job.guidance > 1,
      pixels: size.map { $0.width * $0.height } ?? 1)
  }

  /// Counts a picture that was made, or given up.
  public mutating func add(_ work: Double) { done += work }

  /// - Parameters:
  ///   - seconds: Since the first picture began.
  ///   - current: The share of the current picture's work that is done.
  /// - Returns: Nil until something is done.
  public func secondsLeft(after seconds: Double, current work: Double, share: Double) -> Double? {
    let made = done + work * share
    return made > 0 ? seconds / made * max(0, whole - made) : nil
  }
}
