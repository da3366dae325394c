import Foundation
import Testing

@testable import Studio

@Suite struct PathCompletionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["fox.png", "fog.JPG", "fold/inner.webp", "notes.txt", ".hidden.png"] {
      let file = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
  }

  private func complete(_ text: String) -> PathCompletion? {
    PathCompletion(
      PathQuestion(text: text, extensions: ["png", "jpg", "webp"]), home: folder.url)
  }

  @Test func goesAsFarAsItIsSure() throws {
    let home = folder.url.path
    let several = try #require(complete("\(home)/f"))
    #expect(several.text == "\(home)/fo")
    #expect(several.names == ["fog.JPG", "fold/", "fox.png"])
    #expect(several.summary == "fog.JPG  fold/  fox.png")
    let one = try #require(complete("\(home)/fox"))
    #expect(one.text == "\(home)/fox.png" && one.names.isEmpty)
    #expect(complete("\(home)/fol")?.text == "\(home)/fold/")
    #expect(complete("\(home)/fold/")?.text == "\(home)/fold/inner.webp")
  }

  @Test func theUsersFolderIsWrittenOut() {
    #expect(complete("~/fol")?.text == "\(folder.url.path)/fold/")
    #expect(complete("~")?.names.isEmpty == true)
  }

  /// Hidden files only if they are asked for, other kinds of files never.
  @Test func passesOverWhatIsNotMeant() {
    let home = folder.url.path
    #expect(complete("\(home)/")?.names == ["fog.JPG", "fold/", "fox.png"])
    #expect(complete("\(home)/.h")?.text == "\(home)/.hidden.png")
    #expect(complete("\(home)/not") == nil)
    #expect(complete("\(home)/nowhere/f") == nil)
  }
}
