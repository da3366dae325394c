import Foundation
import Studio
import Terminal
import Testing

@Suite struct PreferencesFileTests {
  @Test func readsEveryKey() throws {
    let loaded = try parse(
      """
      theme = { dark = "nord", light = "paper" }
      graphics = "sixel"
      borders = "ascii"
      mouse = false
      bell = true
      confirm-quit = false
      previews = "off"
      preview-every = 5
      draft = true
      draft-steps = 8
      draft-delay = 1_500
      model = "sigma-512"
      steps = 30
      guidance = 3
      size = "512x768"
      sampler = "euler-a"
      low-memory = true
      gallery = "~/Pictures"
      wildcards = "/usr/share/words"
      styles = "mine.toml"
      threads = 2
      """)
    var expected = Preferences()
    expected.theme = .pair(dark: "nord", light: "paper")
    expected.graphics = .sixel
    expected.borders = .ascii
    expected.mouse = false
    expected.bell = true
    expected.confirmQuit = false
    expected.previews = .off
    expected.previewEvery = 5
    expected.draft = true
    expected.draftSteps = 8
    expected.draftDelay = 1500
    expected.model = "sigma-512"
    expected.steps = 30
    expected.guidance = 3
    expected.size = "512x768"
    expected.sampler = "euler-a"
    expected.lowMemory = true
    expected.gallery = "~/Pictures"
    expected.wildcards = "/usr/share/words"
    expected.styles = "mine.toml"
    expected.threads = 2
    #expect(loaded.preferences == expected)
    #expect(loaded.problems.isEmpty)
  }

  @Test func emptyFilesMeanTheDefaults() throws {
    for text in ["", "\n", "# nothing\r\n", "\u{FEFF}"] {
      #expect(try parse(text) == PreferencesFile.Loaded())
    }
  }

  @Test(arguments: [
    (
      "graphics = \"sixels\"",
      "is \"sixels\", but needs \"auto\", \"sixel\", \"kitty\", \"blocks\" or"
        + " \"none\". Its default holds: \"auto\"."
    ),
    ("mouse = 1", "is 1, but needs true or false. Its default holds: true."),
    ("steps = 0", "is 0, but needs a whole number from 1 to 1000. Its default holds: 20."),
    ("steps = 20.0", "is 20.0, but needs a whole number from 1 to 1000. Its default holds: 20."),
    ("guidance = nan", "is nan, but needs a number from 0 to 100. Its default holds: 4.5."),
    ("guidance = -1", "is -1, but needs a number from 0 to 100. Its default holds: 4.5."),
    (
      "size = \"512\"",
      "is \"512\", but needs width and height such as \"512x768\". Its default holds: not set."
    ),
    (
      "threads = 1025",
      "is 1025, but needs a whole number from 1 to 1024. Its default holds: not set."
    ),
    ("model = ''", "is \"\", but needs a text that is not empty. Its default holds: \"default\"."),
    (
      "theme = { dark = 'a' }",
      "is a table, but needs a theme's name, or { dark = \"…\", light = \"…\" }."
        + " Its default holds: \"default\"."
    ),
    ("bell = [1]", "is a list, but needs true or false. Its default holds: false."),
    ("mouse = \"\\u001b[2J\"", "is \" [2J\", but needs true or false. Its default holds: true."),
    ("mous = true", "is not known and does not count. Is 'mouse' meant?"),
    ("colour = 1", "is not known and does not count."),
    ("[screen]\nmouse = false", "is not known and does not count."),
  ]) func warnsAndGoesOn(line: String, message: String) throws {
    let loaded = try parse("# a comment\ndraft-steps = 9\n  \(line)\n")
    #expect(loaded.preferences.draftSteps == 9)
    var others = loaded.preferences
    others.draftSteps = Preferences().draftSteps
    #expect(others == Preferences())
    #expect(loaded.problems.map(\.message) == [message])
    #expect(loaded.problems.map(\.line) == [3])
  }

  @Test func namesThePlaceOfAProblem() throws {
    let loaded = try parse(
      "draft-steps = 99\n\"draft\" = 'yes'\nsomething.else = 1\n'preview-every' = 0\n")
    #expect(
      loaded.problems.map(\.description) == [
        "config.toml, line 1: 'draft-steps' is 99, but needs a whole number from 1 to 50."
          + " Its default holds: 4.",
        "config.toml, line 2: 'draft' is \"yes\", but needs true or false. Its default holds: false.",
        "config.toml, line 3: 'something' is not known and does not count.",
        "config.toml, line 4: 'preview-every' is 0, but needs a whole number from 1 to 1000."
          + " Its default holds: 1.",
      ])
  }

  @Test func saysWhereAFileIsDamaged() throws {
    func place(_ bytes: Data) -> String? {
      do {
        _ = try PreferencesFile.parse(bytes, file: "config.toml")
        return nil
      } catch { return error.description.components(separatedBy: ": ").first }
    }
    #expect(place(Data("mouse = true\nsteps = \n".utf8)) == "config.toml, line 2, column 9")
    #expect(place(Data("mouse = true\nmouse = true".utf8))?.contains("line 2") == true)
    #expect(place(Data("a = 1\nb = \u{0}".utf8)) == "config.toml, line 2, column 5")
    #expect(place(Data("a = 1\nä = '".utf8) + [0xFF, 0x27]) == "config.toml, line 2, column 6")
    let dotted = "a = 1\n" + String(repeating: "a.", count: 5000) + "a = 1"
    #expect(place(Data(dotted.utf8)) == "config.toml, line 2, column 66")
    #expect(
      #expect(throws: SettingsError.self) {
        try PreferencesFile.parse(Data(count: 2 << 20), file: "config.toml")
      }?.description
        == "config.toml has 2097152 bytes, settings have at most 1048576."
        + " The last good settings stay.")
  }

  @Test func theDefaultFileSaysTheDefaults() throws {
    let text = PreferencesFile.defaultText
    #expect(try parse(text) == PreferencesFile.Loaded())
    // Lines that begin with '#' and no blank are settings.
    let settings = text.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
    #expect(settings.count == 21)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    for setting in settings {
      let loaded = try parse(String(setting.dropFirst()))
      #expect(loaded.problems.isEmpty, "\(setting)")
      let hasDefault = !["size", "sampler", "gallery", "threads"].contains {
        setting.hasPrefix("#\($0) ")
      }
      #expect((loaded.preferences == Preferences()) == hasDefault, "\(setting)")
    }
  }

  @Test func writesTheDefaultFileOnce() throws {
    let folder = try TemporaryFolder()
    let file = folder("config/config.toml")
    #expect(try PreferencesFile.writeDefault(to: file))
    #expect(try String(contentsOf: file, encoding: .utf8) == PreferencesFile.defaultText)
    try folder.write("mouse = false\n", to: "config/config.toml")
    #expect(try !PreferencesFile.writeDefault(to: file))
    #expect(try PreferencesFile.load(file).preferences.mouse == false)
    let link = folder("config/link.toml")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder("elsewhere/config.toml"))
    #expect(try !PreferencesFile.writeDefault(to: link))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("config").path).sorted()
        == ["config.toml", "link.toml"])
  }

  @Test func saysThatAFileCannotBeRead() throws {
    let folder = try TemporaryFolder()
    #expect(try PreferencesFile.load(folder("none")) == PreferencesFile.Loaded())
    let expected = SettingsError.unreadable(
      .unreadable(path: folder.url.path, reason: "Is a directory"))
    #expect(throws: expected) { try PreferencesFile.load(folder.url) }
  }

  private func parse(_ text: String) throws -> PreferencesFile.Loaded {
    try PreferencesFile.parse(Data(text.utf8), file: "config.toml")
  }
}
