public import Foundation
public import Gallery

/// The folder in which one running studio keeps its session and queue.
///
/// The first studio has the state folder itself. Those that run beside it have `session-2`,
/// `session-3`… in it; what one of them leaves behind is there for the next studio that starts,
/// either in the same place or by ``abandoned(in:)``.
public struct StudioHome: Sendable {
  /// More studios than anybody runs on one machine.
  private static let places = 1...99

  public let folder: URL
  /// 1 for the state folder itself.
  public let number: Int
  /// The process that has the state folder, if this one does not.
  public let firstStudio: Int32?
  /// Held as long as this value is kept.
  private let lock: StudioLock

  /// Takes the first place that no running studio has.
  ///
  /// - Throws: ``FileError`` if the state folder cannot be written in: the studio can run, but
  ///   nothing is kept.
  public static func take(in state: URL) throws(FileError) -> StudioHome {
    var first: Int32?
    for number in places {
      let folder = folder(number, in: state)
      switch try StudioLock.take(folder) {
      case .taken(let lock):
        return StudioHome(folder: folder, number: number, firstStudio: first, lock: lock)
      case .heldBy(let pid):
        if number == 1 { first = pid }
      }
    }
    throw .failed(path: state.path, reason: "\(places.count) studios run already")
  }

  /// Places of studios that ended and left something, taken over.
  ///
  /// For the studio that has just started: load what is in each folder, save it with your own,
  /// flush, then call ``discard()``.
  public static func abandoned(in state: URL) -> [StudioHome] {
    places.dropFirst().compactMap { number in
      let folder = folder(number, in: state)
      guard access(folder.path, F_OK) == 0,
        case .taken(let lock)? = try? StudioLock.take(folder)
      else { return nil }
      return StudioHome(folder: folder, number: number, firstStudio: nil, lock: lock)
    }
  }

  /// Removes the folder with all that is in it; the state folder itself stays.
  public func discard() throws {
    guard number != 1 else { return }
    // Renamed first: a studio that starts now makes a folder of its own under the name.
    let gone = folder.deletingLastPathComponent()
      .appending(path: ".discarded-\(getpid())-\(number)")
    guard rename(folder.path, gone.path) == 0 else {
      throw FileError(errno, writing: folder, bytes: 0)
    }
    try FileManager.default.removeItem(at: gone)
  }

  private static func folder(_ number: Int, in state: URL) -> URL {
    number == 1 ? state : state.appending(path: "session-\(number)")
  }
}
