import Foundation
import Gallery
import Studio
import Testing

@Suite struct StateFileTests {
  private struct Note: Codable, Sendable, Equatable {
    var text: String
    var number: Double
  }

  private let note = Note(text: "a \"red\" apple/\nپ", number: 0.1)
  /// 2026-11-23 15:30:12 UTC.
  private let date = Date(timeIntervalSince1970: 1_795_447_812)

  @Test func writesAnEnvelope() throws {
    let folder = try TemporaryFolder()
    try StateFile(folder("n.json")).save(Note(text: "x", number: 2.5))
    #expect(
      try folder.text(of: "n.json") == #"{"version":1,"value":{"number":2.5,"text":"x"}}"# + "\n")
  }

  @Test func returnsWhatWasSaved() throws {
    let folder = try TemporaryFolder()
    let file = StateFile<Note>(folder("deep/er/n.json"))
    guard case .missing = file.load() else {
      Issue.record("not missing")
      return
    }
    for number in [0.1, -0.0, .infinity, 1e300] {
      try file.save(Note(text: note.text, number: number))
      #expect(try value(file.load()) == Note(text: note.text, number: number))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("deep/er").path) == ["n.json"])
  }

  @Test(arguments: [
    ("", "it is no JSON"), ("{", "it is no JSON"), ("[]", "'' is of another kind"),
    (#"{"value":{"text":"x","number":1}}"#, "'version' is missing"),
    (#"{"version":1}"#, "'value' is missing"),
    (#"{"version":1,"value":{"text":5,"number":1}}"#, "'value.text' is of another kind"),
    (#"{"version":1,"value":{"text":"x"}}"#, "'number' is missing"),
    ("\u{0}\u{0}\u{0}", "it is no JSON"),
  ]) func putsDamagedFilesAside(content: String, reason: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(content, to: "n.json")
    let loaded = StateFile<Note>(folder("n.json")).load(date: date)
    guard case .damaged(let aside, let message) = loaded else {
      Issue.record("\(loaded)")
      return
    }
    let name = "n.json.damaged-20261123-153012"
    #expect(aside.lastPathComponent == name)
    #expect(
      message == "'\(folder("n.json").path)' is damaged (\(reason)). It is now '\(name)'; "
        + "the studio starts without it.")
    #expect(try folder.names == [name])
    #expect(try folder.text(of: name) == content)
  }

  @Test func keepsEveryDamagedFile() throws {
    let folder = try TemporaryFolder()
    let file = StateFile<Note>(folder("n.json"))
    for content in ["one", "two", "three"] {
      try folder.write(content, to: "n.json")
      _ = file.load(date: date)
    }
    let stem = "n.json.damaged-20261123-153012"
    #expect(try folder.names == [stem, stem + "-2", stem + "-3"])
    #expect(try folder.text(of: stem) == "one")
    #expect(try folder.text(of: stem + "-3") == "three")
  }

  @Test func leavesLaterVersionsAlone() throws {
    let folder = try TemporaryFolder()
    let content = #"{"version":2,"value":{"words":["a later kind"]}}"#
    try folder.write(content, to: "n.json")
    let file = StateFile<Note>(folder("n.json"))
    let expected = StateError.newer(path: file.url.path, version: 2, known: 1)
    guard case .leftAlone(expected) = file.load() else {
      Issue.record("loaded")
      return
    }
    #expect(throws: expected) { try file.save(note) }
    #expect(try folder.names == ["n.json"])
    #expect(try folder.text(of: "n.json") == content)
    #expect(
      expected.description == "'\(file.url.path)' has format 2 of a later pixart, this one knows 1."
        + " It is left as it is; update pixart.")
  }

  /// A crash in the middle of a plain write would leave any of these; ours only ever renames.
  @Test func survivesTornFilesOfEveryLength() throws {
    let folder = try TemporaryFolder()
    let file = StateFile<Note>(folder("n.json"))
    try file.save(note)
    let whole = try Data(contentsOf: file.url)
    // Without its line feed a file is still whole.
    for length in 0..<whole.count - 1 {
      try whole.prefix(length).write(to: file.url)
      guard case .damaged(let aside, _) = file.load() else {
        Issue.record("\(length) bytes")
        continue
      }
      #expect(try Data(contentsOf: aside) == whole.prefix(length))
    }
    #expect(try folder.names.count == whole.count - 1)
  }

  @Test func saysWhatStandsInTheWay() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    #expect(throws: FileError.notAFolder(path: folder("file").path)) {
      try StateFile(folder("file/n.json")).save(note)
    }
    try FileManager.default.createDirectory(
      at: folder("n.json"), withIntermediateDirectories: false)
    let file = StateFile<Note>(folder("n.json"))
    guard
      case .leftAlone(.unreadable(path: file.url.path, reason: "Is a directory")) = file.load()
    else {
      Issue.record("loaded a folder")
      return
    }
    #expect(throws: FileError.isFolder(path: file.url.path)) { try file.save(note) }
  }

  private func value(_ loaded: StateFile<Note>.Loaded) throws -> Note {
    guard case .value(let value) = loaded else { throw Unexpected(what: "\(loaded)") }
    return value
  }
}

struct Unexpected: Error {
  let what: String
}
