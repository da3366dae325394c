public import Foundation

/// Notices that settings were changed by somebody else, by looking now and then.
///
/// Looking, not listening: files that are links into another folder, editors that rename and disks
/// of other machines are all seen. A dozen `stat` calls a second cost nothing that can be measured.
public struct PreferencesWatcher: Sendable {
  public struct Changes: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let preferences = Changes(rawValue: 1)
    public static let styles = Changes(rawValue: 2)
    public static let themes = Changes(rawValue: 4)
  }

  /// What changes whenever a file is written or replaced.
  private struct Stamp: Equatable {
    var inode: UInt = 0
    var seconds = 0
    var nanoseconds = 0
    var bytes = 0

    /// `nil` if there is no such file.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      inode = UInt(status.st_ino)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
      bytes = Int(status.st_size)
    }
  }

  private typealias Look = [String: Stamp]

  /// Files, or folders of TOML files, and what they mean.
  private let places: [(url: URL, isFolder: Bool, meaning: Changes)]
  private var told: [Look]
  private var seen: [Look]

  public init(preferences: URL, styles: URL, themes: URL) {
    places = [
      (preferences, false, .preferences), (styles, false, .styles), (themes, true, .themes),
    ]
    told = places.map { Self.look(at: $0.url, isFolder: $0.isFolder) }
    seen = told
  }

  /// What changed since it was last told; call it once or twice a second.
  ///
  /// A change is told when two calls in a row have seen the same, so that a file is not read while
  /// an editor is between emptying or removing it and writing it anew.
  public mutating func check() -> Changes {
    var changes: Changes = []
    for (index, place) in places.enumerated() {
      let look = Self.look(at: place.url, isFolder: place.isFolder)
      if look == seen[index], look != told[index] {
        told[index] = look
        changes.insert(place.meaning)
      }
      seen[index] = look
    }
    return changes
  }

  private static func look(at url: URL, isFolder: Bool) -> Look {
    guard isFolder else { return Stamp(url.path).map { [url.path: $0] } ?? [:] }
    // A folder that is not there is a folder without files.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let paths = names.filter { $0.hasSuffix(".toml") }.map { url.appending(path: $0).path }
    return Dictionary(
      uniqueKeysWithValues: paths.compactMap { path in
        Stamp(path).map { (path, $0) }
      })
  }
}
