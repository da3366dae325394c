/// Decides when the next picture may go out and how much it may cost.
///
/// Behind every picture stands a question. Its answer comes when the terminal has drawn everything
/// before it, so there is never more than one picture on the way, and the time tells how fast the
/// line is. A terminal that does not answer within two seconds after the last byte was written is
/// given time instead.
struct FramePacer: Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Frame: Sendable {
    var since: Instant
    var bytes: Int
    var isPassing: Bool
  }

  private enum State: Sendable {
    case idle
    /// Bytes are not all written yet.
    case writing(Frame)
    case waiting(Frame, written: Instant)
    case resting(until: Instant)
  }

  /// From what is best to what goes over any line.
  private static let ladder: [PictureQuality] = [
    PictureQuality(colors: 256, longestSide: .max), PictureQuality(colors: 64, longestSide: .max),
    PictureQuality(colors: 16, longestSide: .max), PictureQuality(colors: 16, longestSide: 512),
    PictureQuality(colors: 16, longestSide: 384), PictureQuality(colors: 16, longestSide: 256),
    PictureQuality(colors: 16, longestSide: 128),
  ]
  /// For pictures that stay: colours matter more than size.
  private static let stillLadder: [PictureQuality] = [
    PictureQuality(colors: 256, longestSide: .max), PictureQuality(colors: 256, longestSide: 512),
    PictureQuality(colors: 64, longestSide: 512), PictureQuality(colors: 64, longestSide: 384),
    PictureQuality(colors: 64, longestSide: 256), PictureQuality(colors: 16, longestSide: 256),
    PictureQuality(colors: 16, longestSide: 128),
  ]
  /// What a picture that stays may take anywhere.
  private static let stillBudget = Duration.milliseconds(600)
  private static let patience = Duration.seconds(2)
  private static let quickFramesBeforeStep = 10
  /// Smaller ones tell more about the way than about the line.
  private static let tellingBytes = 4096

  /// What a picture may take, and what counts as quick.
  private let budget: Duration
  private var state = State.idle
  private var level: Int
  private var quickFrames = 0

  /// Whether the terminal has ever answered; nil until that is known.
  private(set) var answersFences: Bool?
  /// Estimated over the last pictures; nil until one was answered.
  private(set) var bytesPerSecond: Double?
  /// From the first byte of the last picture to its answer.
  private(set) var lastDuration: Duration?

  /// - Parameter isRemote: Slower and coarser at first.
  init(isRemote: Bool) {
    budget = .milliseconds(isRemote ? 600 : 150)
    level = isRemote ? 1 : 0
  }

  /// What to try for a picture; one that fills its area only has fewer colours.
  func offer(_ placement: ImagePlacement) -> (qualities: [PictureQuality], mostBytes: Int?) {
    var offer = offer(isPassing: placement.isPassing)
    if placement.fillsArea {
      for index in offer.qualities.indices { offer.qualities[index].longestSide = .max }
    }
    return offer
  }

  /// What to try, best first, and how many bytes the first good one may have; nil for any number.
  func offer(isPassing: Bool) -> (qualities: [PictureQuality], mostBytes: Int?) {
    let budget = isPassing ? budget : max(budget, Self.stillBudget)
    let most = bytesPerSecond.map { Int(min(1e9, $0 * (budget / .seconds(1)))) }
    return (isPassing ? Array(Self.ladder[level...]) : Self.stillLadder, most)
  }

  var isIdle: Bool { if case .idle = state { true } else { false } }

  /// Whether a question has gone out whose answer has not come.
  var isWaiting: Bool { if case .waiting = state { true } else { false } }

  /// When ``tick(at:)`` has something to decide.
  var deadline: Instant? {
    switch state {
    case .idle, .writing: nil
    case .waiting(_, let written): written + Self.patience
    case .resting(let until): until
    }
  }

  /// A picture has been handed to the line.
  mutating func began(bytes: Int, isPassing: Bool, at now: Instant) {
    state = .writing(Frame(since: now, bytes: bytes, isPassing: isPassing))
  }

  /// Its last byte has been taken by the line.
  mutating func written(at now: Instant) {
    guard case .writing(let frame) = state else { return }
    if answersFences == false {
      adapt(to: now - frame.since, frame)
      state = .resting(until: now + max(.seconds(1), (now - frame.since) * 2))
    } else {
      state = .waiting(frame, written: now)
    }
  }

  /// The terminal has drawn everything.
  mutating func answered(at now: Instant) {
    answersFences = true
    guard case .waiting(let frame, _) = state else {
      // A late answer: the terminal knows the question after all.
      if case .resting = state { state = .idle }
      return
    }
    state = .idle
    adapt(to: now - frame.since, frame)
  }

  mutating func tick(at now: Instant) {
    switch state {
    case .waiting(let frame, let written) where now >= written + Self.patience:
      // One lost answer of a terminal that answers is not a reason to stop asking.
      if answersFences == nil { answersFences = false }
      adapt(to: written - frame.since, frame)
      state = .idle
    case .resting(let until) where now >= until:
      state = .idle
    case .idle, .writing, .waiting, .resting: break
    }
  }

  /// Everything on the way is lost or does not count: resized, suspended.
  mutating func reset() { state = .idle }

  private mutating func adapt(to duration: Duration, _ frame: Frame) {
    lastDuration = duration
    let seconds = max(1e-4, duration / .seconds(1))
    if frame.bytes >= Self.tellingBytes {
      let now = Double(frame.bytes) / seconds
      bytesPerSecond = bytesPerSecond.map { 0.7 * $0 + 0.3 * now } ?? now
    }
    guard frame.isPassing else { return }
    if duration > budget {
      quickFrames = 0
      // Far too slow for one step to be enough.
      level = min(Self.ladder.count - 1, level + (duration > budget * 3 ? 2 : 1))
    } else if duration < budget / 3, level > 0 {
      quickFrames += 1
      if quickFrames >= Self.quickFramesBeforeStep {
        quickFrames = 0
        level -= 1
      }
    } else {
      quickFrames = 0
    }
  }
}
