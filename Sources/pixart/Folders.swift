import Checkpoints
import Foundation

/// Where the program keeps things, by the XDG base directories.
enum Folders {
  /// Pictures that go nowhere else.
  static var gallery: URL { base("XDG_DATA_HOME", ".local/share").appending(path: "gallery") }

  static var encodedPrompts: URL {
    base("XDG_CACHE_HOME", ".cache").appending(path: "prompts")
  }

  private static func base(_ variable: String, _ fallback: String) -> URL {
    let value = ProcessInfo.processInfo.environment[variable] ?? ""
    // The standard says to ignore paths that are not absolute.
    let folder =
      value.hasPrefix("/")
      ? URL(filePath: value)
      : URL.home.appending(path: fallback)
    return folder.appending(path: "pixart")
  }
}
