public import Terminal

/// The job that is being worked on, as the screen shows it.
public struct RunState: Sendable, Equatable {
  public enum Stage: Sendable, Equatable {
    case starting
    case loading(part: String, index: Int, count: Int)
    case preparing
    case encoding
    case denoising
    case decoding
    case saving
  }

  public let job: Int
  public var stage = Stage.starting
  /// Of the stage, 0...1.
  public var fraction = 0.0
  /// Which picture of the request, from 0.
  public var picture = 0
  public var pictures: Int
  /// Steps done of the picture.
  public var step = 0
  public var steps: Int
  public var secondsPerStep: Double?
  /// As the engine had it with the last finished step, and when that was.
  public var secondsLeft: Double?
  public var toldAt = 0.0
  public let startedAt: Double
  var decodingSince = 0.0
  /// Cancelled, but not idle yet.
  public var isStopping = false
  /// Bytes of this process.
  public var memoryNow = 0
  public var memoryPeak = 0
  public var threads = 0
  public var tokens: Int?

  init(job: Int, steps: Int, pictures: Int, at now: Double) {
    self.job = job
    self.steps = steps
    self.pictures = pictures
    startedAt = now
  }

  /// Seconds until all is done: what was told with the last step less what has passed since.
  ///
  /// While the last picture is decoded, it follows from the share that is done.
  func secondsLeft(at now: Double) -> Double? {
    if stage == .decoding, picture + 1 == pictures {
      guard fraction > 0.05, now > decodingSince else { return nil }
      return (now - decodingSince) * (1 - fraction) / fraction
    }
    return secondsLeft.map { max(0, $0 - (now - toldAt)) }
  }

  /// Share of the steps of all pictures that are done, the running one counted in part.
  var overall: Double {
    guard steps > 0, pictures > 0 else { return 0 }
    let running = stage == .denoising ? min(fraction, 1) : 0
    let done = min(Double(step) + running, Double(steps))
    return min(1, (Double(picture) + done / Double(steps)) / Double(pictures))
  }
}

/// What the preview panel shows.
public struct PreviewState: Sendable, Equatable {
  public var image: ScreenImage?
  /// Of a run or a draft that goes on.
  public var isPassing = false
  /// Job it belongs to; below 0 for drafts.
  public var job: Int?
  public var caption = ""
  /// Where the picture was saved.
  public var path: String?
  /// The sheet that is shown in place of a picture.
  public var sheet: Int?
  /// The same of what it branched from.
  public var beside: Beside?

  public struct Beside: Sendable, Equatable {
    public var image: ScreenImage
    public var caption: String
  }

  public init() {}
}

/// One line that comes and goes.
public struct Notice: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case info, success, warning, error }

  public var kind: Kind
  public var text: String
  /// When it came and when it goes, on the state's clock.
  public var since = 0.0
  public var until: Double
}
