import Catalog
import Foundation
import Gallery
import Tensors
import Terminal
import Testing

@testable import Studio

/// The desk of the gallery on a folder of real files.
@Suite struct GalleryDeskTests {
  private let folders: TemporaryFolder
  private let gallery: URL
  private let mailbox = Mailbox()
  private let desk: GalleryDesk

  init() throws {
    folders = try TemporaryFolder()
    gallery = folders("gallery")
    try FileManager.default.createDirectory(at: gallery, withIntermediateDirectories: true)
    desk = GalleryDesk(folder: gallery, indexes: folders("indexes"), mailbox: mailbox)
  }

  private func add(_ name: String, _ prompt: String, day: Int = 1) throws {
    var recipe = Recipe(prompt: prompt)
    (recipe.steps, recipe.seed) = (20, 7)
    let bytes = (0..<40 * 30 * 3).map { UInt8(truncatingIfNeeded: $0 + day) }
    let file = gallery.appending(path: name)
    try PNG.encode(PixelImage(width: 40, height: 30, bytes: bytes), recipe: recipe).write(to: file)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(day) * 86400)],
      ofItemAtPath: file.path)
  }

  /// Asks and waits until an event is among those that came.
  private func ask<Answer>(
    _ request: GalleryRequest, sourceLocation: SourceLocation = #_sourceLocation,
    _ answer: (StudioEvent) -> Answer?
  ) throws -> Answer {
    desk.perform(request)
    let found = mailbox.wait(for: answer)
    return try #require(found, "no answer to \(request)", sourceLocation: sourceLocation)
  }

  private func refresh() throws {
    _ = try ask(.refresh) { event -> Bool? in
      if case .gallery(.refreshed(let hasChanged)) = event { hasChanged } else { nil }
    }
  }

  private func search(_ text: String, _ number: Int = 1) throws -> [String] {
    try ask(.search(text, .newest, number: number)) { event in
      if case .gallery(.found(let names, _, number)) = event { names } else { nil }
    }
  }

  private func page(_ names: [String], number: Int = 1) throws -> ([GalleryPicture], [PixelImage]) {
    let room = PictureRoom(cellWidth: 8, cellHeight: 16, ground: .init(1, 2, 3))
    let grid = GalleryGrid(area: Rect(x: 0, y: 0, width: 60, height: 20), room: room)
    let page = GalleryPage(names: names, grid: grid, room: room)
    return try ask(.page(page, number: number)) { event in
      // The first answer may lack thumbnails; the ground's colour is then in the middle of a tile.
      guard case .gallery(.page(let pictures, let images, number)) = event,
        images.allSatisfy({ $0.bytes[($0.height / 2 * $0.width + 64) * 3 + 2] != 3 })
      else { return nil }
      return (pictures, images)
    }
  }

  @Test func findsAndShowsPictures() throws {
    for day in 1...3 { try add("\(day).png", day == 2 ? "a fox" : "a pear", day: day) }
    try refresh()
    #expect(try search("") == ["3.png", "2.png", "1.png"])
    #expect(try search("fox steps>10", 2) == ["2.png"])
    let (pictures, images) = try page(["3.png", "2.png"])
    #expect(pictures.map(\.name) == ["3.png", "2.png"])
    #expect(pictures.map(\.title) == ["a pear", "a fox"])
    // Two tiles of 16 cells of 8 pixels and 4 cells between them; 9 or 18 rows of 16.
    #expect(images.map(\.width) == [(16 * 2 + 4) * 8])
    #expect(images[0].bytes.prefix(3) == [1, 2, 3])
  }

  @Test func showsAPictureInFullAndSaysIfItIsGone() throws {
    try add("1.png", "a fox")
    try add("2.png", "a pear")
    try refresh()
    let image = try ask(.pictures(["1.png"], number: 1)) { event in
      if case .gallery(.picture(_, let image, 1)) = event { image } else { nil }
    }
    #expect(image.width == 40 && image.height == 30)
    try FileManager.default.removeItem(at: gallery.appending(path: "1.png"))
    let gone = try ask(.pictures(["1.png", "2.png"], number: 2)) { event in
      if case .gallery(.gone(let name, 2)) = event { name } else { nil }
    }
    #expect(gone == "1.png")
    let hasChanged = try ask(.refresh) { event in
      if case .gallery(.refreshed(let hasChanged)) = event { hasChanged } else { nil }
    }
    #expect(hasChanged)
    #expect(try search("") == ["2.png"])
  }

  @Test func showsWhatIsWrongWithADamagedPicture() throws {
    try add("1.png", "a fox")
    let file = gallery.appending(path: "1.png")
    try Data(try Data(contentsOf: file).dropLast(60)).write(to: file)
    try refresh()
    let picture = try ask(.pictures(["1.png"], number: 1)) { event in
      if case .gallery(.picture(let picture, _, 1)) = event { picture } else { nil }
    }
    #expect(picture.fault != nil && picture.title == "a fox")
  }

  @Test func writesMarksAndMovesToTheTrash() throws {
    for name in ["1.png", "2.png"] { try add(name, "a fox") }
    try refresh()
    func said(_ request: GalleryRequest) throws -> String {
      try ask(request) { if case .gallery(.changed(let text)) = $0 { text } else { nil } }
    }
    #expect(try said(.toggleStar(["1.png"])) == "Starred 1.png.")
    #expect(try said(.toggleStar(["1.png", "2.png"])) == "Starred 2 pictures.")
    #expect(try said(.toggleStar(["1.png", "2.png"])) == "Took the star of 2 pictures.")
    #expect(try said(.rate(["2.png"], 4)) == "Rated 2.png 4 of 5.")
    let marks = try PictureMetadata(file: gallery.appending(path: "2.png")).marks
    #expect(marks == PictureMarks(star: false, rating: 4))
    let ticket = try ask(.trash(["2.png", "1.png"])) { event in
      if case .gallery(.trashed(let ticket)) = event { ticket } else { nil }
    }
    #expect(try search("") == [])
    let back = try ask(.restore(ticket)) { event in
      if case .gallery(.restored(_, let names)) = event { names } else { nil }
    }
    #expect(back == ["1.png", "2.png"])
    #expect(try search("rating=4", 2) == ["2.png"])
    // It is not in the trash any more.
    let fault = try ask(.restore(ticket)) { event in
      if case .told(.error, let text) = event { text } else { nil }
    }
    #expect(fault.contains("Nothing was put into the trash"))
  }

  @Test func writesASheetBesideTheGallery() throws {
    for name in ["1.png", "2.png"] { try add(name, "a fox") }
    try refresh()
    for number in 1...2 {
      let text = try ask(.sheet(["1.png", "2.png"])) { event in
        if case .told(.success, let text) = event { text } else { nil }
      }
      let file = folders("gallery-sheet\(number == 1 ? "" : "-2").png")
      #expect(text == "Wrote \(file.path)")
      let sheet = try ImageFile.decode(file)
      #expect(sheet.width > 2 * 128 && sheet.height > 128)
    }
    #expect(try search("").count == 2)
  }

  /// Whatever happens to the index, the pictures are found.
  @Test func goesOnWithoutItsIndex() throws {
    try add("1.png", "a fox")
    try refresh()
    #expect(try search("fox") == ["1.png"])
    for name in try FileManager.default.contentsOfDirectory(atPath: folders("indexes").path)
    where !name.hasSuffix(".lock") {
      try Data(repeating: 7, count: 8192).write(to: folders("indexes").appending(path: name))
    }
    let other = GalleryDesk(folder: gallery, indexes: folders("indexes"), mailbox: mailbox)
    other.perform(.refresh)
    let notice = mailbox.wait { event -> String? in
      if case .told(.warning, let text) = event { text } else { nil }
    }
    #expect(notice?.contains("was damaged") == true)
    other.perform(.search("fox", .newest, number: 2))
    let names = mailbox.wait { event -> [String]? in
      if case .gallery(.found(let names, _, 2)) = event { names } else { nil }
    }
    #expect(names == ["1.png"])
  }

  @Test func saysWhyNothingCanBeWrittenInAReadOnlyFolder() async throws {
    try add("1.png", "a fox")
    chmod(gallery.path, 0o555)
    defer { chmod(gallery.path, 0o755) }
    chmod(folders.url.path, 0o777)
    let (folder, indexes) = (gallery.path, folders("theirs").path)
    await #expect(processExitsWith: .success) {
      [folder = folder as String, indexes = indexes as String] in
      // Root may write everywhere, nobody may not.
      _ = seteuid(65534)
      let mailbox = Mailbox()
      let desk = GalleryDesk(
        folder: URL(filePath: folder), indexes: URL(filePath: indexes), mailbox: mailbox)
      func fault(_ request: GalleryRequest) -> String? {
        desk.perform(request)
        return mailbox.wait { event -> String? in
          if case .told(.error, let text) = event { text } else { nil }
        }
      }
      desk.perform(.refresh)
      desk.perform(.search("fox", .newest, number: 1))
      for request in [GalleryRequest.toggleStar(["1.png"]), .rate(["1.png"], 3), .trash(["1.png"])]
      {
        precondition(fault(request)?.contains("Nothing can be written in") == true)
      }
      desk.perform(.search("fox", .newest, number: 2))
      let names = mailbox.wait { event -> [String]? in
        if case .gallery(.found(let names, _, 2)) = event { names } else { nil }
      }
      precondition(names == ["1.png"])
    }
  }
}

extension Mailbox {
  /// Waits, for half a minute at most, for an event that answers.
  fileprivate func wait<Answer>(for answer: (StudioEvent) -> Answer?) -> Answer? {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      for event in take() {
        if let found = answer(event) { return found }
      }
      var readable = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      poll(&readable, 1, 100)
    }
    return nil
  }
}
