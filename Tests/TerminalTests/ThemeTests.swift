import Foundation
import Testing

@testable import Terminal

@Suite struct ThemeTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../themes").standardized.resolvingSymlinksInPath()
  private static let names = ThemeLibrary(folders: [folder]).names

  private func theme(_ name: String) throws -> (theme: Theme, warnings: [String]) {
    try ThemeLibrary(folders: [Self.folder]).theme(named: name)
  }

  @Test func areManyWithPairs() {
    #expect(Self.names.count >= 12)
    #expect(Self.names.first == "default")
    #expect(
      Set(["mono", "high-contrast", "gruvbox-dark", "gruvbox-light"]).isSubset(of: Self.names))
  }

  @Test(arguments: names)
  func saysEverythingWithoutFault(name: String) throws {
    let (theme, warnings) = try theme(name)
    #expect(warnings.isEmpty)
    #expect(theme.roles == Set(Role.allCases))
    #expect(theme.name == name)
  }

  /// WCAG 2: 4.5 for text, 3 for what is less important; frames have to be seen at least.
  @Test(arguments: names)
  func canBeRead(name: String) throws {
    let (theme, _) = try theme(name)
    for role in Role.allCases {
      let look = theme[role]
      let least =
        switch role {
        case .border, .progressTrack: 1.3
        case .muted, .placeholder, .cut, .image: 3.0
        default: 4.5
        }
      if let contrast = ThemeColor.contrast(look.foreground, look.background),
        case .rgb = look.background
      {
        #expect(contrast >= least, "\(role.rawValue): \(contrast)")
      }
    }
    // The focus shows, in colour or without.
    #expect(theme[.border] != theme[.borderFocused])
    #expect(theme[.selected] != theme[.text] && theme[.selected] != theme[.selectedInactive])
  }

  @Test(arguments: names)
  func knowsWhatGroundItIsFor(name: String) throws {
    let (theme, _) = try theme(name)
    let onWhite = ThemeColor.contrast(theme[.text].background, .rgb(255, 255, 255))
    switch theme.appearance {
    case .any: #expect(onWhite == nil)
    case .dark: #expect(try #require(onWhite) > 4.5)
    case .light: #expect(try #require(onWhite) < 2)
    }
  }

  @Test func plainIsTheDefaultFile() throws {
    #expect(try theme("default").theme == .plain)
  }

  @Test func monoHasNoColour() throws {
    let mono = try theme("mono").theme
    for role in Role.allCases {
      #expect(mono[role].foreground == .terminal && mono[role].background == .terminal)
    }
  }
}

@Suite struct ThemeSourceTests {
  @Test func readsRolesInEveryForm() throws {
    let source = try ThemeSource(
      toml: """
        appearance = "light"
        text = { fg = "ink", bg = "#fff" }
        accent = "blue"
        "border.focused" = { fg = 110, modifiers = ["bold", "underline"] }
        selected.inactive = { bg = "bright-black" }
        [title]
        fg = "ink"
        focused = "red"
        [palette]
        ink = "#102030"
        """, name: "mine")
    let (theme, warnings) = source.theme()
    #expect(warnings.isEmpty)
    #expect(theme.appearance == .light)
    #expect(theme[.text] == Look(foreground: .rgb(16, 32, 48), background: .rgb(255, 255, 255)))
    #expect(theme[.accent] == Look(foreground: .index(4), background: .rgb(255, 255, 255)))
    #expect(theme[.borderFocused].foreground == .index(110))
    #expect(theme[.borderFocused].attributes == [.bold, .underline])
    #expect(theme[.selectedInactive] == Look(background: .index(8)))
    #expect(theme[.title].foreground == .rgb(16, 32, 48))
    #expect(theme[.titleFocused].foreground == .index(1))
    // What is not there looks like text.
    #expect(theme[.error] == theme[.text])
  }

  @Test func inheritsRolesAndPalette() throws {
    let parent = try ThemeSource(
      toml: "text = { bg = \"ground\" }\naccent = \"hue\"\n[palette]\nground = 16\nhue = 1",
      name: "parent")
    let child = try ThemeSource(
      toml: "inherits = \"parent\"\nmuted = \"hue\"\n[palette]\nhue = 2", name: "child")
    #expect(child.parent == "parent")
    let theme = child.inheriting(parent).theme().theme
    #expect(theme.name == "child")
    #expect(theme[.accent] == Look(foreground: .index(2), background: .index(16)))
    #expect(theme[.muted] == Look(foreground: .index(2), background: .index(16)))
  }

  @Test func warnsAndGoesOn() throws {
    let (theme, warnings) = try ThemeSource(
      toml: """
        appearance = "dusk"
        acent = "blue"
        accent = "bleu"
        muted = { fg = "red", modifiers = ["bald"] }
        key = { modifiers = "bold" }
        """, name: "odd"
    ).theme()
    #expect(theme[.muted].foreground == .index(1))
    #expect(theme[.accent].foreground == .terminal)
    #expect(warnings.count == 5)
    let firsts = warnings.map { String($0.prefix { $0 != ":" }) }.sorted()
    #expect(firsts == (1...5).map { "Theme odd, line \($0)" })
    #expect(warnings.contains { $0.contains("\"bleu\" is no colour") })
    #expect(warnings.contains { $0.contains("there is no role acent") })
  }

  @Test func tellsWhereAFileIsDamaged() {
    let error = #expect(throws: ThemeError.self) {
      try ThemeSource(toml: "text = {}\naccent = = 3\n", name: "broken")
    }
    #expect(error?.description.hasPrefix("Theme broken, line 2: ") == true)
  }
}

@Suite struct ThemeLibraryTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ name: String, _ toml: String, in place: String = "") throws {
    let place = folder.appending(path: place)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(toml.utf8).write(to: place.appending(path: "\(name).toml"))
  }

  @Test func prefersTheUsersThemes() throws {
    try write("nord", "accent = \"red\"", in: "own")
    try write("nord", "accent = \"blue\"", in: "built-in")
    try write("other", "inherits = \"nord\"", in: "built-in")
    let library = ThemeLibrary(
      folders: ["own", "built-in"].map { folder.appending(path: $0) }, executable: folder)
    #expect(library.names == ["default", "nord", "other"])
    #expect(try library.theme(named: "other").theme[.accent].foreground == .index(1))
  }

  @Test func refusesCirclesAndUnknownNames() throws {
    try write("a", "inherits = \"b\"")
    try write("b", "inherits = \"a\"")
    try write("gruvbox-dark", "inherits = \"nowhere\"")
    let library = ThemeLibrary(folders: [folder], executable: folder)
    #expect(throws: ThemeError.inheritsItself(name: "a")) { try library.theme(named: "a") }
    #expect(throws: ThemeError.notFound(name: "gruvbox", nearest: "gruvbox-dark")) {
      try library.theme(named: "gruvbox")
    }
    #expect(throws: ThemeError.notFound(name: "nowhere", nearest: nil)) {
      try library.theme(named: "gruvbox-dark")
    }
    #expect(throws: ThemeError.self) {
      try library.theme(named: "../\(folder.lastPathComponent)/a")
    }
    #expect(try library.theme(named: "default").theme == .plain)
  }

  @Test func choosesByTheGround() {
    let pair = ThemeChoice.pair(dark: "night", light: "day")
    #expect(pair.name(on: .dark) == "night" && pair.name(on: .unknown) == "night")
    #expect(pair.name(on: .light) == "day")
    #expect(ThemeChoice.one("nord").name(on: .light) == "nord")
  }
}

@Suite struct InksTests {
  private let theme = Theme(
    name: "t",
    looks: [
      .text: Look(foreground: .rgb(1, 2, 3), background: .rgb(250, 240, 230)),
      .muted: Look(foreground: .index(8), attributes: .dim),
      .accent: Look(foreground: .rgb(255, 0, 0), background: .index(196)),
    ])

  @Test func putsOwnColoursInPlace() {
    let inks = Inks(theme: theme, depth: .trueColor, described: 256)
    // Numbers 16 and 17 are the first two colours of the first role.
    let text = "a38;5;16m[38;5;16m\u{1B}[38;5;16mb\u{1B}[1;48;5;17m\u{1B}[38;5;200m\u{1B}[38;5;8m"
    #expect(
      String(decoding: inks.rewrite(Array(text.utf8)), as: UTF8.self)
        == "a38;5;16m[38;5;16m\u{1B}[38;2;1;2;3mb\u{1B}[1;48;2;250;240;230m\u{1B}[38;5;200m\u{1B}[38;5;8m"
    )
  }

  @Test(arguments: [
    (ColorDepth.trueColor, 256, "48;2;250;240;230"), (.palette256, 256, "48;5;255"),
    (.palette16, 256, "47"), (.palette8, 256, "47"), (.trueColor, 16, "47"),
    (.trueColor, 8, "47"), (.trueColor, 0, "49"), (.trueColor, 1 << 24, "48;2;250;240;230"),
  ])
  func namesTheGround(depth: ColorDepth, described: Int, parameters: String) {
    let inks = Inks(theme: theme, depth: depth, described: described)
    #expect(
      String(decoding: inks.ground(.text), as: UTF8.self) == "\u{1B}[0;\(parameters)m")
  }

  /// Dark blue on darker blue is black on black with eight colours.
  @Test func keepsTheChosenRowVisible() {
    let theme = Theme(
      name: "t",
      looks: [
        .text: Look(foreground: .index(7), background: .rgb(10, 10, 10)),
        .selected: Look(foreground: .index(7), background: .rgb(30, 30, 40)),
        .selectedInactive: Look(foreground: .index(7), background: .rgb(20, 20, 20)),
      ])
    let few = Inks(theme: theme, depth: .palette8, described: 8)
    #expect(few.attributes(.selected) == .reverse)
    #expect(few.attributes(.selectedInactive) == [.bold, .underline])
    #expect(few.attributes(.text) == [])
    let many = Inks(theme: theme, depth: .trueColor, described: 256)
    #expect(many.attributes(.selected) == [])
    #expect(Inks(theme: theme, depth: nil, described: 256).attributes(.selected) == .reverse)
  }

  @Test func leavesColoursOutWhereNoneAreWanted() {
    let inks = Inks(theme: theme, depth: nil, described: 256)
    #expect(String(decoding: inks.ground(.accent), as: UTF8.self) == "\u{1B}[0;49m")
    #expect(inks.pair(.accent) == 0)
    #expect(inks.attributes(.muted) == .dim)
  }
}
