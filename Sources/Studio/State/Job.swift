public import Jobs

/// A request in the queue and what became of it.
public struct Job: Codable, Sendable, Equatable, Identifiable {
  public enum Status: Codable, Sendable, Equatable {
    case waiting
    case running
    /// Stopped with so many steps of a picture done; can go on from there.
    case suspended(step: Int)
    case done
    case failed(message: String)
    /// Stopped with nothing to go on from.
    case cancelled
  }

  /// Counts up over all sessions.
  public let id: Int
  public var request: JobRequest
  public var status = Status.waiting
  /// Runs only while no other job waits, and steps aside for one that comes.
  public var isBackground = false
  /// Whether it was stopped only to make room, and goes on by itself.
  public var hasSteppedAside = false
  /// Finished pictures, as paths.
  public var pictures: [String] = []
  /// Wall-clock seconds of the last run.
  public var seconds: Double?

  public init(id: Int, request: JobRequest) {
    self.id = id
    self.request = request
  }

  /// Whether it is still to be worked on.
  public var isOpen: Bool {
    switch status {
    case .waiting, .running, .suspended: true
    case .done, .failed, .cancelled: false
    }
  }

  /// A mark and a word for lists, so that nothing is said by colour alone.
  var statusText: String {
    switch status {
    case .waiting: isBackground ? "· waits, background" : "· waits"
    case .running: "▶ runs"
    case .suspended(let step): "‖ stopped at step \(step)"
    case .done: "✓ done"
    case .failed: "✗ failed"
    case .cancelled: "✗ cancelled"
    }
  }
}

extension Job {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try values.decode(Int.self, forKey: .id),
      request: try values.decode(JobRequest.self, forKey: .request))
    status = try values.value(.status, or: status)
    isBackground = try values.value(.isBackground, or: isBackground)
    hasSteppedAside = try values.value(.hasSteppedAside, or: hasSteppedAside)
    pictures = try values.value(.pictures, or: pictures)
    seconds = try values.decodeIfPresent(Double.self, forKey: .seconds)
  }
}
