import Foundation
import Testing

@testable import Prompts

@Suite struct WildcardFolderTests {
  @Test func readsFiles() throws {
    try inFolder { folder, source in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "animals"), withIntermediateDirectories: true)
      let text = "\u{FEFF}# birds of the garden\r\n robin \r\n\r\n#wren\n{barn|snowy} owl # white\n"
      try Data(text.utf8).write(to: folder.appending(path: "animals/birds.txt"))
      try Data("red".utf8).write(to: folder.appending(path: "colour.txt"))
      try Data("x".utf8).write(to: folder.appending(path: "my list.txt"))
      try Data("x".utf8).write(to: folder.appending(path: "notes.md"))
      #expect(source.names == ["animals/birds", "colour"])
      #expect(
        try source.entries(named: "animals/birds") == ["robin", "{barn|snowy} owl # white"])
      #expect(
        try PromptTemplate("__colour__ __animals/birds__", wildcards: source).all()
          == ["red robin", "red barn owl # white", "red snowy owl # white"])
    }
  }

  @Test func saysWhatIsWrong() throws {
    try inFolder { folder, source in
      try Data("# nothing\n".utf8).write(to: folder.appending(path: "empty.txt"))
      try Data([0x61, 0xff]).write(to: folder.appending(path: "latin.txt"))
      try FileManager.default.createDirectory(
        at: folder.appending(path: "dir.txt"), withIntermediateDirectories: true)
      let place = folder.path
      #expect(throws: WildcardError.missing(name: "nix", place: place)) {
        try source.entries(named: "nix")
      }
      #expect(throws: WildcardError.empty(name: "empty", place: place)) {
        try source.entries(named: "empty")
      }
      #expect(
        throws: WildcardError.unreadable(name: "latin", place: place, reason: "it is not UTF-8")
      ) { try source.entries(named: "latin") }
      #expect(throws: WildcardError.self) { try source.entries(named: "dir") }
    }
    let nowhere = WildcardFolder(URL(filePath: "/nonexistent-wildcards"))
    #expect(nowhere.names == [])
    #expect(throws: WildcardError.missing(name: "a", place: "/nonexistent-wildcards")) {
      try nowhere.entries(named: "a")
    }
  }

  private func inFolder(_ body: (URL, WildcardFolder) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder, WildcardFolder(folder))
  }
}
