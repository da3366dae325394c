import Foundation
import Studio
import Testing

@Suite struct PictureListTests {
  @Test func listsTheNewestFirst() throws {
    let folder = try TemporaryFolder()
    for (name, seconds) in [
      ("a.png", 100), ("b.PNG", 300), ("c.png", 200), ("d.png", 200), (".hidden.png", 400),
      ("e.txt", 500),
    ] {
      try folder.write(String(repeating: "x", count: seconds), to: name)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(seconds))],
        ofItemAtPath: folder(name).path)
    }
    try FileManager.default.createDirectory(
      at: folder("folder.png"), withIntermediateDirectories: false)
    let pictures = try PictureList.newest(in: folder.url)
    #expect(pictures.map(\.url.lastPathComponent) == ["b.PNG", "d.png", "c.png", "a.png"])
    #expect(pictures.map(\.bytes) == [300, 200, 200, 100])
    #expect(pictures.first?.modified == Date(timeIntervalSince1970: 300))
    #expect(try PictureList.newest(2, in: folder.url) == Array(pictures.prefix(2)))
  }

  @Test func saysWhatItCannotRead() throws {
    let folder = try TemporaryFolder()
    #expect(try PictureList.newest(in: folder("none")).isEmpty)
    try folder.write("", to: "file")
    #expect(throws: StateError.unreadable(path: folder("file").path, reason: "Not a directory")) {
      try PictureList.newest(in: folder("file"))
    }
  }
}
