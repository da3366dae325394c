public import Jobs

/// Jobs in the order they are worked on; finished ones stay until they are cleared.
public struct JobQueue: Codable, Sendable, Equatable {
  public private(set) var jobs: [Job] = []
  /// While it is, the running job goes on but no other starts.
  public var isPaused = false
  /// A stopped job that someone asked to go on.
  var askedFor: Int?
  private var lastID = 0

  public init() {}

  /// Finished jobs beyond this number are forgotten, oldest first.
  private static let mostFinished = 100

  public var running: Job? { jobs.first { $0.status == .running } }

  /// What to work on next: waiting jobs in order, background ones last.
  ///
  /// Suspended jobs wait to be asked for, but for background jobs that stepped aside.
  public var next: Job? {
    guard !isPaused, running == nil else { return nil }
    if let askedFor, let job = self[askedFor], job.isOpen { return job }
    return jobs.first { $0.status == .waiting && !$0.isBackground }
      ?? jobs.first {
        $0.isOpen && $0.isBackground && ($0.status == .waiting || $0.hasSteppedAside)
      }
  }

  /// Whether the running job should make room.
  var runningStepsAside: Bool {
    guard let running, running.isBackground, !isPaused else { return false }
    return jobs.contains { $0.status == .waiting && !$0.isBackground }
  }

  public subscript(id: Int) -> Job? { jobs.first { $0.id == id } }

  @discardableResult
  public mutating func add(_ request: JobRequest, isBackground: Bool = false) -> Job {
    lastID += 1
    var job = Job(id: lastID, request: request)
    job.isBackground = isBackground
    jobs.append(job)
    forgetOldest()
    return job
  }

  public mutating func update(_ id: Int, _ change: (inout Job) -> Void) {
    guard let index = jobs.firstIndex(where: { $0.id == id }) else { return }
    change(&jobs[index])
  }

  /// Takes a job that is not running out of the list.
  public mutating func remove(_ id: Int) {
    jobs.removeAll { $0.id == id && $0.status != .running }
  }

  public mutating func removeFinished() { jobs.removeAll { !$0.isOpen } }

  /// Swaps a job with its neighbour.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public mutating func move(_ id: Int, by offset: Int) -> Bool {
    guard let index = jobs.firstIndex(where: { $0.id == id }),
      jobs.indices.contains(index + offset)
    else { return false }
    jobs.swapAt(index, index + offset)
    return true
  }

  mutating func moveToFront(_ id: Int) {
    guard let index = jobs.firstIndex(where: { $0.id == id }) else { return }
    let job = jobs.remove(at: index)
    jobs.insert(job, at: jobs.firstIndex { $0.isOpen } ?? jobs.count)
  }

  /// After a start: nothing runs, and nothing starts by itself that was in the middle of things.
  ///
  /// - Parameter suspended: Jobs of which something was kept.
  mutating func restore(suspended: Set<Int>) {
    askedFor = nil
    for index in jobs.indices where jobs[index].isOpen {
      if case .suspended = jobs[index].status, suspended.contains(jobs[index].id) { continue }
      jobs[index].status = .waiting
    }
    if jobs.contains(where: \.isOpen) { isPaused = true }
  }

  private mutating func forgetOldest() {
    let finished = jobs.filter { !$0.isOpen }
    let forgotten = Set(finished.dropLast(Self.mostFinished).map(\.id))
    if !forgotten.isEmpty { jobs.removeAll { forgotten.contains($0.id) } }
  }
}

extension JobQueue {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    jobs = try values.value(.jobs, or: jobs)
    isPaused = try values.value(.isPaused, or: isPaused)
    // Numbers from outside may be anything.
    let known = jobs.map(\.id).filter { (1...Self.largestID).contains($0) }
    jobs.removeAll { !known.contains($0.id) }
    let last = try values.value(.lastID, or: 0)
    lastID = max((0...Self.largestID).contains(last) ? last : 0, known.max() ?? 0)
  }

  private static let largestID = 1 << 40
}
