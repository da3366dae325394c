@testable import Catalog
import Foundation
import Gallery
import Testing

@Suite struct TrashTests {
  private let gallery: TestGallery
  private let catalog: PictureCatalog
  private let now = TestGallery.noon(23)

  init() throws {
    gallery = try TestGallery()
    for (number, name) in ["a.png", "b.png", "c.png"].enumerated() {
      try gallery.add(name, "fox \(name)", shade: UInt8(number))
    }
    catalog = try gallery.refreshed()
  }

  private func contents(_ path: String) throws -> Data {
    try Data(contentsOf: gallery.folder.appending(path: path))
  }

  @Test func keepsPicturesAndGivesThemBack() throws {
    try catalog.setStar(true, of: "a.png")
    let before = try contents("a.png")
    let ticket = try catalog.trash(["a.png", "c.png", "a.png"], now: now)
    #expect(ticket.id == "20261123-120000" && ticket.names == ["a.png", "c.png"])
    #expect(
      gallery.files == [
        ".trash", ".trash/20261123-120000", ".trash/20261123-120000/a.png",
        ".trash/20261123-120000/c.png", "b.png",
      ])
    #expect(try catalog.names() == ["b.png"])
    #expect(try catalog.refresh() == CatalogChanges())
    #expect(try catalog.trashTickets() == [ticket])
    #expect(try catalog.restore(ticket) == ["a.png", "c.png"])
    #expect(gallery.files == [".trash", "a.png", "b.png", "c.png"])
    #expect(try contents("a.png") == before)
    #expect(try catalog.names("star") == ["a.png"])
    #expect(try catalog.entry(named: "a.png").modified == now)
    #expect(try catalog.trashTickets() == [])
  }

  /// The name was taken meanwhile: both pictures stay.
  @Test func doesNotReplaceWhatTookTheName() throws {
    let old = try contents("a.png")
    let ticket = try catalog.trash(["a.png"], now: now)
    try gallery.add("a.png", "another", shade: 70)
    try gallery.add("a-2.png", "and another", shade: 80)
    #expect(try catalog.restore(ticket) == ["a-3.png"])
    #expect(try contents("a-3.png") == old)
    try catalog.refresh()
    #expect(try catalog.names() == ["a-2.png", "a-3.png", "a.png", "b.png", "c.png"])
    #expect(try catalog.names("another") == ["a-2.png", "a.png"])
  }

  /// The same name again, in the same second.
  @Test func keepsThingsApart() throws {
    let first = try catalog.trash(["a.png"], now: now)
    try gallery.add("a.png", "second", shade: 90)
    let second = try catalog.trash(["a.png"], now: now)
    #expect(second.id == "20261123-120000-2")
    #expect(try catalog.trashTickets() == [second, first])
    #expect(try catalog.restore(second) == ["a.png"])
    #expect(try catalog.names("second") == ["a.png"])
  }

  /// All or none: the second is not there, so the first stays.
  @Test func movesNothingIfOneIsMissing() throws {
    #expect(throws: CatalogError.noPicture(name: "x.png", folder: catalog.folder.path)) {
      try catalog.trash(["a.png", "x.png"])
    }
    #expect(gallery.files == ["a.png", "b.png", "c.png"])
    let outside = gallery.root.appending(path: "a.png")
    try Data().write(to: outside)
    #expect(throws: CatalogError.noPicture(name: "../a.png", folder: catalog.folder.path)) {
      try catalog.trash(["../a.png"])
    }
    #expect(FileManager.default.fileExists(atPath: outside.path))
  }

  @Test func saysThatATicketIsGone() throws {
    let ticket = try catalog.trash(["a.png"], now: now)
    try catalog.restore(ticket)
    let error = #expect(throws: CatalogError.self) { try catalog.restore(ticket) }
    #expect(
      error?.description
        == "Nothing was put into the trash of '\(catalog.folder.path)' as '20261123-120000'. "
        + "'pixart gallery restore --list' shows what was.")
  }

  /// Another catalog, such as that of the next run, can take it back.
  @Test func outlivesTheRun() throws {
    _ = try catalog.trash(["b.png"], now: now)
    let later = try gallery.refreshed()
    let ticket = try #require(try later.trashTickets().first)
    #expect(try later.restore(ticket) == ["b.png"])
    try catalog.refresh()
    #expect(try catalog.names("b") == ["b.png"])
  }
}
