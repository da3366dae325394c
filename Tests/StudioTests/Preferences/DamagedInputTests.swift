import Foundation
import Prompts
import Studio
import Testing

/// Whatever the bytes are, every reader answers: with values, with problems or with an error.
@Suite struct DamagedInputTests {
  private static let settings = Data(
    PreferencesFile.defaultText.split(separator: "\n").filter { !$0.hasPrefix("# ") }
      .map { $0.dropFirst() }.joined(separator: "\n").utf8)
  private static let styles = Data(
    "[a]\nprompt = \"x {prompt}\"\nnegative = '''y'''\n[\"b c\"]\nprompt = \"\\u00e9\"\n".utf8)

  @Test func settingsAnswerToAnything() {
    var bytes = Bytes(seed: 1)
    for input in bytes.inputs(from: Self.settings, count: 2000) {
      do {
        let loaded = try PreferencesFile.parse(input, file: "f")
        #expect((1...1000).contains(loaded.preferences.steps))
        #expect((0...100).contains(loaded.preferences.guidance))
      } catch { #expect(!error.description.isEmpty) }
    }
  }

  /// The TOML library alone would end the program at these.
  @Test(arguments: [
    ("[=", 2), ("[\n", 2), ("[[[a]]]", 3), (" [[ {", 5), ("a = [}", 6), ("a = [1, }", 9),
    ("a = { b = [}", 12), ("a = 2026-11-20T:", 9), ("a = 2026-11-20 0 ", 9), ("a = \u{1}", 5),
    ("a = 07:", 7), ("a = [[[[[[[[[[[[[[[[[", 21),
  ]) func refusesWhatTheLibraryDoesNotSurvive(text: String, column: Int) {
    #expect {
      try PreferencesFile.parse(Data(text.utf8), file: "f")
    } throws: { error in
      guard case .damaged("f", 1, column, _) = error as? SettingsError else { return false }
      return true
    }
  }

  /// None of these is a date, a header or a bracket.
  @Test func leavesTextsAlone() throws {
    let text = ##"""
      [a]
      prompt = "[= }:2026-11-20\\" # [} 2026-11-20T:
      negative = """
      [[[a]]]
      " "" \""" [}"""""
      ['b.c:d']
      prompt = '\'
      negative = '''
      [=
      '''
      """##
    let styles = try StylesFile.parse(Data(text.utf8), file: "f").styles
    #expect(styles.map(\.name) == ["a", "b.c:d"])
    #expect(styles.map(\.prompt) == [#"[= }:2026-11-20\"#, #"\"#])
    #expect(styles.map(\.negative) == ["[[[a]]]\n\" \"\" \"\"\" [}\"\"", "[=\n"])
    let exponent = try PreferencesFile.parse(Data("guidance = 45e-1".utf8), file: "f")
    #expect(exponent.preferences.guidance == 4.5)
  }

  /// Every text of up to three of these signs, as a file and as a value.
  @Test func settingsAnswerToEveryShortText() {
    let signs = Array("[]{}=a.\"', \n".utf8)
    for length in 0...3 {
      var places = Array(repeating: 0, count: length)
      while true {
        let text = places.map { signs[$0] }
        for input in [text, Array("a=".utf8) + text] {
          do {
            _ = try PreferencesFile.parse(Data(input), file: "f")
          } catch { #expect(!error.description.isEmpty) }
        }
        guard let last = places.lastIndex(where: { $0 < signs.count - 1 }) else { break }
        places[last] += 1
        for place in places.indices where place > last { places[place] = 0 }
      }
    }
  }

  @Test func stylesAnswerToAnything() {
    var bytes = Bytes(seed: 2)
    for input in bytes.inputs(from: Self.styles, count: 2000) {
      do {
        let styles = try StylesFile.parse(input, file: "f").styles
        #expect(styles.map(\.name) == styles.map(\.name).sorted())
      } catch { #expect(!error.description.isEmpty) }
    }
  }

  @Test func historyAnswersToAnything() throws {
    let folder = try TemporaryFolder()
    let file = HistoryFile<[String: String]>(folder("h"))
    for number in 0..<2 { try file.append(["prompt": "a cat \(number)", "negative": "é\n"]) }
    let whole = try Data(contentsOf: file.url)
    var bytes = Bytes(seed: 3)
    for input in bytes.inputs(from: whole, count: 1000) {
      folder.put(input, to: "h")
      #expect(try file.load().count <= input.count)
    }
  }

  @Test func stateAnswersToAnything() throws {
    let folder = try TemporaryFolder()
    let file = StateFile<[[String: Double]]>(folder("s"))
    try file.save([["a": 1.5], ["b": .infinity, "c": -3e8]])
    let whole = try Data(contentsOf: file.url)
    var bytes = Bytes(seed: 4)
    for input in bytes.inputs(from: whole, count: 2000) {
      folder.put(input, to: "s")
      switch file.load() {
      case .missing: Issue.record("missing")
      case .damaged(let aside, let reason):
        #expect(reason.split(separator: "\n").count == 1)
        // Nothing of it is lost.
        #expect(try Data(contentsOf: aside) == input)
        try FileManager.default.removeItem(at: aside)
      case .leftAlone, .value: #expect(try Data(contentsOf: file.url) == input)
      }
    }
  }
}

/// Random bytes and valid files gone wrong, the same for the same seed.
private struct Bytes: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func inputs(from valid: Data, count: Int) -> [Data] {
    (0..<count).map { index in
      guard index % 4 != 0 else {
        return Data(
          (0..<Int.random(in: 0...80, using: &self)).map { _ in
            UInt8.random(in: 0...255, using: &self)
          })
      }
      var bytes = [UInt8](valid)
      for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &self)
        let end = min(bytes.count, place + Int.random(in: 1...20, using: &self))
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &self)
        case 1: bytes[place] = Array("[]{}\"'=.,#\n\\0-e".utf8).randomElement(using: &self) ?? 0
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.insert(contentsOf: repeatElement(bytes[place], count: 400), at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      return Data(bytes)
    }
  }
}
