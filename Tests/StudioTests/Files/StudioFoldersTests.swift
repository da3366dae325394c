import Foundation
import Gallery
import Studio
import Testing

@Suite struct StudioFoldersTests {
  private let home = URL(filePath: "/home/ada")

  @Test func followsTheEnvironment() {
    let folders = StudioFolders(
      environment: [
        "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s",
        "XDG_CACHE_HOME": "/k",
      ], home: home)
    #expect(folders.preferences.path == "/c/pixart/config.toml")
    #expect(folders.themes.path == "/c/pixart/themes")
    #expect(folders.gallery.path == "/d/pixart/gallery")
    #expect(folders.history.path == "/s/pixart/history.jsonl")
    #expect(folders.encodedPrompts.path == "/k/pixart/prompts")
    #expect(folders.preparedWeights.path == "/k/pixart/prepared")
  }

  /// "If an implementation encounters a relative path in any of these variables it should consider
  /// the path invalid and ignore it": the XDG base directory specification.
  @Test func ignoresRelativeAndEmptyPaths() {
    let folders = StudioFolders(
      environment: ["XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "./s"],
      home: home)
    #expect(folders.config.path == "/home/ada/.config/pixart")
    #expect(folders.data.path == "/home/ada/.local/share/pixart")
    #expect(folders.state.path == "/home/ada/.local/state/pixart")
    #expect(folders.cache.path == "/home/ada/.cache/pixart")
  }

  @Test func findsPathsOfThePreferences() {
    let folders = StudioFolders(environment: ["XDG_CONFIG_HOME": "/c"], home: home)
    #expect(folders.url(ofPath: "/pictures").path == "/pictures")
    #expect(folders.url(ofPath: "styles.toml").path == "/c/pixart/styles.toml")
    #expect(folders.url(ofPath: "~/Pictures").path == "/home/ada/Pictures")
    #expect(folders.url(ofPath: "~").path == "/home/ada")
  }

  @Test func makesPrivateFolders() throws {
    let folder = try TemporaryFolder()
    let deep = folder("a/b/c")
    try StudioFolders.make(deep)
    try StudioFolders.make(deep)
    let attributes = try FileManager.default.attributesOfItem(atPath: deep.path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    try folder.write("", to: "file")
    #expect(throws: FileError.notAFolder(path: folder("file").path)) {
      try StudioFolders.make(folder("file/below"))
    }
  }
}
