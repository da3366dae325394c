import Foundation
import Studio
import Testing

@Suite struct PreferencesWatcherTests {
  private let folder: TemporaryFolder
  private var watcher: PreferencesWatcher

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("mouse = true", to: "config.toml")
    watcher = PreferencesWatcher(
      preferences: folder("config.toml"), styles: folder("styles.toml"), themes: folder("themes"))
  }

  @Test mutating func tellsAChangeOnceItStandsStill() throws {
    #expect(watcher.check().isEmpty)
    try folder.write("mouse = false", to: "config.toml")
    #expect(watcher.check().isEmpty)
    try folder.write("mouse = false\n", to: "config.toml")
    #expect(watcher.check().isEmpty)
    #expect(watcher.check() == .preferences)
    #expect(watcher.check().isEmpty)
  }

  /// Editors write beside the file and rename; between the two there may be none.
  @Test mutating func isNotMisledByARename() throws {
    try FileManager.default.removeItem(at: folder("config.toml"))
    #expect(watcher.check().isEmpty)
    try folder.write("bell = true!", to: "new")
    try FileManager.default.moveItem(at: folder("new"), to: folder("config.toml"))
    #expect(watcher.check().isEmpty)
    #expect(watcher.check() == .preferences)
  }

  @Test mutating func seesRemovalAndNewFiles() throws {
    try FileManager.default.removeItem(at: folder("config.toml"))
    try folder.write("", to: "styles.toml")
    #expect(watcher.check().isEmpty)
    #expect(watcher.check() == [.preferences, .styles])
  }

  @Test mutating func seesThemesComeChangeAndGo() throws {
    try FileManager.default.createDirectory(
      at: folder("themes"), withIntermediateDirectories: false)
    for step in ["write", "change", "remove"] {
      switch step {
      case "remove": try FileManager.default.removeItem(at: folder("themes/a.toml"))
      default: try folder.write(step, to: "themes/a.toml")
      }
      try folder.write("no theme", to: "themes/notes.txt")
      #expect(watcher.check().isEmpty)
      #expect(watcher.check() == .themes, "\(step)")
    }
  }

  @Test mutating func followsLinks() throws {
    try folder.write("a", to: "elsewhere")
    try FileManager.default.createSymbolicLink(
      at: folder("styles.toml"), withDestinationURL: folder("elsewhere"))
    _ = watcher.check()
    #expect(watcher.check() == .styles)
    try folder.write("ab", to: "elsewhere")
    _ = watcher.check()
    #expect(watcher.check() == .styles)
  }
}
