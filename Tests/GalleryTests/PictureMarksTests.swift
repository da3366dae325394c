import Foundation
import Gallery
import Tensors
import Testing

@Suite struct PictureMarksTests {
  private let image = PixelImage(width: 3, height: 2, bytes: (0..<18).map { UInt8($0 * 14) })

  private func file(_ png: Data) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "pixart-marks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "a.png")
    try png.write(to: file)
    return file
  }

  /// Marks go in before the pixels and out again; no other byte changes.
  @Test func leaveEveryOtherByteAlone() throws {
    let png = try PNG.encode(image, recipe: Recipe(prompt: "a fox"))
    let marked = try PNG.marked(png, with: PictureMarks(star: true, rating: 4))
    let chunk = #"iTXtpixart-marks"# + "\0\0\0\0\0" + #"{"rating":4,"star":true}"#
    let place = try #require(marked.firstRange(of: Data(chunk.utf8)))
    let pixels = try #require(marked.firstRange(of: Data("IDAT".utf8)))
    #expect(place.upperBound < pixels.lowerBound)
    #expect(PictureMetadata(marked).marks == PictureMarks(star: true, rating: 4))
    #expect(try Recipe(readingFrom: marked) == Recipe(prompt: "a fox"))
    #expect(try ImageFile.decode(marked) == image)
    #expect(try PNG.texts(in: marked).last?.text == #"{"rating":4,"star":true}"#)
    #expect(try PNG.marked(marked, with: PictureMarks()) == png)
    let again = try PNG.marked(marked, with: PictureMarks(rating: 1))
    #expect(again.count == marked.count + 1)  // "false" for "true"
    #expect(try PNG.marked(again, with: PictureMarks()) == png)
  }

  /// Chunks that others put behind the pixels are found and replaced too.
  @Test func replaceThoseBehindThePixels() throws {
    var png = ChunkedPNG([])
    png.chunks.insert(ChunkedPNG.iTXt("pixart-marks", #"{"star":true}"#), at: 2)
    #expect(PictureMetadata(png.bytes).marks == PictureMarks(star: true))
    #expect(try PNG.marked(png.bytes, with: PictureMarks()) == ChunkedPNG([]).bytes)
  }

  @Test(arguments: [
    (#"{"rating":9}"#, PictureMarks(rating: 5)),
    (#"{"rating":-1,"star":true}"#, PictureMarks(star: true)),
    (#"{}"#, PictureMarks()), ("nonsense", PictureMarks()),
  ])
  func takeOddTexts(text: String, marks: PictureMarks) {
    let found = PictureMetadata(ChunkedPNG([ChunkedPNG.iTXt("pixart-marks", text)]).bytes)
    #expect(found.marks == marks)
    #expect(found.faults == (text == "nonsense" ? ["its star and rating cannot be read"] : []))
  }

  @Test func keepTimeAndPermissionsOfTheFile() throws {
    let file = try file(PNG.encode(image))
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let date = Date(timeIntervalSince1970: 1_700_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: date, .posixPermissions: 0o640], ofItemAtPath: file.path)
    let link = file.deletingLastPathComponent().appending(path: "link.png")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    try PictureMarks.change(in: link) { $0.rating = 2 }
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.modificationDate] as? Date == date)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try PictureMetadata(file: file).marks == PictureMarks(rating: 2))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: file.deletingLastPathComponent().path)
    #expect(names.sorted() == ["a.png", "link.png"])
  }

  /// No room for the new file: the old one stays as it was, and nothing is left beside it.
  @Test func leaveTheFileWhereNothingCanBeWritten() async throws {
    let png = try PNG.encode(image, recipe: Recipe(prompt: "a fox"))
    let file = try file(png)
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    await #expect(processExitsWith: .success) { [path = file.path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      do {
        try PictureMarks.change(in: URL(filePath: path)) { $0.star = true }
        exit(1)
      } catch let error as FileError {
        exit(error.description.hasPrefix("'\(path)' could not be written: File too large") ? 0 : 2)
      }
    }
    #expect(try Data(contentsOf: file) == png)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: file.deletingLastPathComponent().path)
    #expect(names == ["a.png"])
  }

  /// Nobody may write in the folder, not even root once it is somebody else.
  @Test func sayThatAFolderIsReadOnly() async throws {
    let png = try PNG.encode(image)
    let file = try file(png)
    let folder = file.deletingLastPathComponent()
    chmod(folder.path, 0o555)
    defer {
      chmod(folder.path, 0o755)
      try? FileManager.default.removeItem(at: folder)
    }
    await #expect(processExitsWith: .success) {
      [path = file.path as String, folder = folder.path as String] in
      _ = seteuid(65534)
      do {
        try PictureMarks.change(in: URL(filePath: path)) { $0.star = true }
        exit(1)
      } catch let error as FileError {
        exit(
          error.description == "Nothing can be written in '\(folder)': Permission denied. "
            + "Change its permissions or choose another place." ? 0 : 2)
      }
    }
    #expect(try Data(contentsOf: file) == png)
  }

  @Test func refuseDamagedAndForeignFiles() throws {
    let png = try PNG.encode(image)
    #expect(
      throws: ImageError.damaged(file: "a.png", format: .png, found: "the file ends too early")
    ) { try PNG.marked(png.dropLast(3), with: PictureMarks(star: true), named: "a.png") }
    #expect(throws: ImageError.notPNG(file: "a.png", found: "a JPEG")) {
      try PNG.marked(Fixture.jpeg, with: PictureMarks(star: true), named: "a.png")
    }
  }
}
