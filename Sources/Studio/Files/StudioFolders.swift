import Checkpoints
public import Foundation
public import Gallery

/// Where the program keeps things, by the XDG base directories.
public struct StudioFolders: Sendable, Equatable {
  /// What its user writes: preferences, styles, themes, wildcards.
  public let config: URL
  /// Models and pictures.
  public let data: URL
  /// What the studio remembers: session, queue, history.
  public let state: URL
  /// What can be made again.
  public let cache: URL
  private let home: URL

  /// The folders of this process's environment.
  public init() { self.init(environment: ProcessInfo.processInfo.environment, home: .home) }

  /// - Parameters:
  ///   - environment: `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_STATE_HOME`, `XDG_CACHE_HOME`; as the
  ///     standard says, paths that are not absolute do not count.
  ///   - home: Below it is what the environment does not name.
  public init(environment: [String: String], home: URL) {
    func base(_ variable: String, _ fallback: String) -> URL {
      let value = environment[variable] ?? ""
      let folder = value.hasPrefix("/") ? URL(filePath: value) : home.appending(path: fallback)
      return folder.appending(path: "pixart")
    }
    self.home = home
    config = base("XDG_CONFIG_HOME", ".config")
    data = base("XDG_DATA_HOME", ".local/share")
    state = base("XDG_STATE_HOME", ".local/state")
    cache = base("XDG_CACHE_HOME", ".cache")
  }

  public var preferences: URL { config.appending(path: "config.toml") }
  public var styles: URL { config.appending(path: "styles.toml") }
  public var themes: URL { config.appending(path: "themes") }
  public var wildcards: URL { config.appending(path: "wildcards") }
  /// Pictures that go nowhere else.
  public var gallery: URL { data.appending(path: "gallery") }
  /// Indexes of galleries, a file for each.
  public var galleryIndexes: URL { cache.appending(path: "galleries") }
  public var encodedPrompts: URL { cache.appending(path: "prompts") }
  /// Text encoders' 8-bit weights, gigabytes for a large one.
  public var preparedWeights: URL { cache.appending(path: "prepared") }
  /// The prompts of all studios of this user.
  public var history: URL { state.appending(path: "history.jsonl") }

  /// A path of the preferences: `~` is the home folder, relative ones start in the config folder.
  public func url(ofPath path: String) -> URL {
    if path == "~" { return home }
    if path.hasPrefix("~/") { return home.appending(path: path.dropFirst(2)) }
    return path.hasPrefix("/") ? URL(filePath: path) : config.appending(path: path)
  }

  /// Makes a folder that only its user can read, with those above it.
  ///
  /// - Throws: ``FileError`` saying what stands in the way.
  public static func make(_ folder: URL) throws(FileError) {
    guard mkdir(folder.path, 0o700) != 0, errno != EEXIST else { return }
    if errno == ENOENT, folder.path != "/" {
      try make(folder.deletingLastPathComponent())
      if mkdir(folder.path, 0o700) == 0 || errno == EEXIST { return }
    }
    throw FileError(errno, writing: folder, bytes: 0)
  }
}
