@testable import Catalog
import Foundation
import Gallery
import Tensors
import Testing

@Suite struct RefreshTests {
  private let gallery: TestGallery

  init() throws { gallery = try TestGallery() }

  private func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: gallery.folder.appending(path: name))
  }

  private func move(_ old: String, _ new: String) throws {
    try FileManager.default.moveItem(
      at: gallery.folder.appending(path: old), to: gallery.folder.appending(path: new))
  }

  /// A name that is on disk is found, whatever the last refresh saw; others, and ways out, are not.
  @Test func findsByNameWhatARefreshMissed() throws {
    let catalog = try gallery.refreshed()
    try gallery.add("late.png", "fox")
    #expect(try catalog.entry(named: "late.png").recipe?.prompt == "fox")
    #expect(try catalog.count() == 1)
    try remove("late.png")
    for name in ["other.png", ".hidden.png", "../gallery/late.png"] {
      #expect(throws: CatalogError.noPicture(name: name, folder: catalog.folder.path)) {
        try catalog.entry(named: name)
      }
    }
  }

  @Test func findsWhatChangedOutside() throws {
    for number in 1...4 { try gallery.add("\(number).png", "fox", shade: UInt8(number)) }
    let catalog = try gallery.open()
    #expect(try catalog.count() == 0)
    var changes = CatalogChanges()
    changes.added = 4
    #expect(try catalog.refresh() == changes)
    let id = try catalog.entry(named: "2.png").id

    try gallery.add("new.png", "bird", shade: 9)
    try gallery.add("1.png", "cat", shade: 1)
    try move("2.png", "two.png")
    try remove("3.png")
    changes.added = 1
    changes.changed = 1
    changes.moved = 1
    changes.removed = 1
    #expect(try catalog.refresh() == changes)
    #expect(try catalog.names() == ["1.png", "4.png", "new.png", "two.png"])
    #expect(try catalog.names("fox") == ["4.png", "two.png"])
    #expect(try catalog.names("cat") == ["1.png"])
    #expect(try catalog.entry(named: "two.png").id == id)
    #expect(try catalog.refresh() == CatalogChanges())
  }

  /// Same name, length and time; only the time that nobody can set tells.
  @Test func findsARewriteThatHides() throws {
    try gallery.add("a.png", "red fox")
    let catalog = try gallery.refreshed()
    try gallery.add("a.png", "tan cat")
    #expect(try catalog.refresh().changed == 1)
    #expect(try catalog.names("tan") == ["a.png"])
    #expect(try catalog.names("red") == [])
  }

  /// Two pictures swap their names, a third takes the name of one that is gone.
  @Test func followsNamesThatChangeHands() throws {
    for (number, prompt) in ["ant", "bee", "cow", "dog"].enumerated() {
      try gallery.add("\(number).png", prompt, shade: UInt8(number))
    }
    let catalog = try gallery.refreshed()
    try move("0.png", "x")
    try move("1.png", "0.png")
    try move("x", "1.png")
    try remove("2.png")
    try move("3.png", "2.png")
    try catalog.refresh()
    for (prompt, name) in [("ant", "1.png"), ("bee", "0.png"), ("dog", "2.png")] {
      #expect(try catalog.names(prompt) == [name])
    }
    #expect(try catalog.names("cow") == [])
    #expect(try catalog.count() == 3)
  }

  /// Whatever is called a PNG is listed; folders, hidden and other files are not.
  @Test func listsDamagedAndForeignFilesWithoutARecipe() throws {
    let whole = try TestGallery.png("whole fox")
    try gallery.add("whole.PNG", "whole fox")
    let files: [(String, Data)] = [
      ("cut.png", whole.dropLast(30)), ("empty.png", Data()), ("text.png", Data("fox".utf8)),
      ("jpeg.png", Data([0xFF, 0xD8, 0xFF, 0xE0]) + Data(count: 60)),
      ("plain.png", try PNG.encode(.init(width: 1, height: 1, bytes: [1, 2, 3]))),
      (".hidden.png", whole), ("note.txt", whole),
    ]
    for (name, data) in files { try data.write(to: gallery.folder.appending(path: name)) }
    try FileManager.default.createDirectory(
      at: gallery.folder.appending(path: "folder.png"), withIntermediateDirectories: true)
    mkfifo(gallery.folder.appending(path: "pipe.png").path, 0o600)
    let catalog = try gallery.refreshed()
    #expect(
      try catalog.names()
        == ["cut.png", "empty.png", "jpeg.png", "plain.png", "text.png", "whole.PNG"])
    func fault(_ name: String) throws -> String? { try catalog.entry(named: name).fault }
    #expect(try fault("cut.png") == "the file ends too early")
    #expect(try fault("empty.png") == "it is empty")
    #expect(try fault("jpeg.png") == "it is a JPEG")
    #expect(try fault("plain.png") == nil)
    #expect(
      try fault("text.png") == "it is a file of an unknown kind (it begins with 66 6f 78)")
    for name in ["empty.png", "jpeg.png", "plain.png", "text.png"] {
      let entry = try catalog.entry(named: name)
      #expect(entry.recipe == nil && entry.origin == nil && entry.prompt == "")
    }
    // The end is missing, the recipe is not.
    #expect(try catalog.names("fox") == ["cut.png", "whole.PNG"])
  }

  @Test func tellsHowFarItIsAndStops() throws {
    for number in 0..<250 { try gallery.add("\(1000 + number).png", "fox", shade: UInt8(number)) }
    let catalog = try gallery.open()
    var seen: [CatalogProgress] = []
    let stopped = try catalog.refresh(
      progress: { seen.append($0) }, isCancelled: { seen.last?.done == 100 })
    #expect(seen == [.init(done: 0, total: 250), .init(done: 100, total: 250)])
    #expect(stopped.added == 100 && !stopped.isComplete)
    #expect(try catalog.count() == 100)
    let rest = try catalog.refresh()
    #expect(rest.added == 150 && rest.isComplete)
    #expect(try catalog.count() == 250)
  }

  @Test func takesAMissingFolderForAnEmptyOne() throws {
    try gallery.add("a.png", "fox")
    let catalog = try gallery.refreshed()
    try FileManager.default.removeItem(at: gallery.folder)
    #expect(try catalog.refresh().removed == 1)
    #expect(try catalog.search() == [])
  }

  @Test func saysThatAFolderIsAFile() throws {
    let file = gallery.root.appending(path: "file")
    try Data().write(to: file)
    let catalog = try PictureCatalog.open(folder: file, indexes: gallery.indexes)
    let error = #expect(throws: CatalogError.self) { try catalog.refresh() }
    #expect(
      error?.description == "The gallery '\(file.path)' cannot be read: Not a directory. "
        + "Give a folder of pictures with --gallery.")
  }
}
