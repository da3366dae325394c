public import Dispatch
public import Foundation
import Synchronization

/// Saves in the background, in order, so that the screen never waits for a disk.
///
/// Of several values for one file that wait, the last is written. What fails waits for the next
/// save, or for ``flush()``, and is tried again.
public final class SaveQueue: Sendable {
  public enum Report: Sendable, Equatable {
    /// Told once until the file can be saved again or fails for another reason.
    case failed(file: URL, reason: String)
    case savedAgain(file: URL)
  }

  private struct Save: Sendable {
    let file: URL
    let replacesEarlier: Bool
    let write: @Sendable () throws -> Void
  }

  private struct State {
    var waiting: [Save] = []
    var isScheduled = false
    /// Reasons that were told, by file.
    var failing: [URL: String] = [:]
  }

  private let queue = DispatchQueue(label: "pixart.saves", qos: .utility)
  /// Written by the screen's thread and by the queue; held for no longer than an assignment takes.
  private let state = Mutex(State())
  private let delay: DispatchTimeInterval
  private let report: @Sendable (Report) -> Void

  /// - Parameters:
  ///   - delay: How long a value may wait for a later one, so that typing is not a write per key.
  ///   - report: Called on the queue's thread.
  public init(
    delay: DispatchTimeInterval = .milliseconds(100), report: @escaping @Sendable (Report) -> Void
  ) {
    self.delay = delay
    self.report = report
  }

  /// Puts the file's next content down; an earlier one that still waits is not written.
  public func save<Value>(_ value: Value, to file: StateFile<Value>) {
    add(Save(file: file.url, replacesEarlier: true) { try file.save(value) })
    let schedules = state.withLock { state in
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    guard schedules else { return }
    queue.asyncAfter(deadline: .now() + delay) { [self] in
      state.withLock { $0.isScheduled = false }
      drain()
    }
  }

  /// Adds an entry at once, after everything that was put down before.
  public func append<Entry>(_ entry: Entry, to file: HistoryFile<Entry>) {
    add(Save(file: file.url, replacesEarlier: false) { try file.append(entry) })
    queue.async { [self] in drain() }
  }

  /// Makes a history that has grown too long shorter, after everything that was put down before.
  public func compact<Entry>(_ file: HistoryFile<Entry>) {
    add(Save(file: file.url, replacesEarlier: false) { try file.compact() })
    queue.async { [self] in drain() }
  }

  /// Returns when everything is on the disk, or was tried once more.
  ///
  /// - Returns: Why what is still not saved could not be, a line for each file.
  @discardableResult public func flush() -> [String] {
    queue.sync {
      drain()
      return state.withLock { state in
        state.failing.sorted { $0.key.path < $1.key.path }.map(\.value)
      }
    }
  }

  private func add(_ save: Save) {
    state.withLock { state in
      let earlier = state.waiting.firstIndex { $0.file == save.file && $0.replacesEarlier }
      if save.replacesEarlier, let earlier {
        state.waiting[earlier] = save
      } else {
        state.waiting.append(save)
      }
    }
  }

  /// Writes all that waits; only ever runs on the queue.
  private func drain() {
    let saves = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    var failed: [Save] = []
    for save in saves {
      do {
        try save.write()
        if state.withLock({ $0.failing.removeValue(forKey: save.file) }) != nil {
          report(.savedAgain(file: save.file))
        }
      } catch {
        failed.append(save)
        let reason = "\(error)"
        let told = state.withLock { $0.failing.updateValue(reason, forKey: save.file) }
        if told != reason { report(.failed(file: save.file, reason: reason)) }
      }
    }
    state.withLock { [failed] state in
      // A value that came in meanwhile is later than the one that failed.
      let newer = Set(state.waiting.filter(\.replacesEarlier).map(\.file))
      let again = failed.filter { !$0.replacesEarlier || !newer.contains($0.file) }
      state.waiting = again + state.waiting
    }
  }
}
