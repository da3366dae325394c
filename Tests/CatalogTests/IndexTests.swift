@testable import Catalog
import Foundation
import GRDB
import Gallery
import Tensors
import Testing

/// The index can be anything; the pictures are what counts.
@Suite struct IndexTests {
  private let gallery: TestGallery

  init() throws {
    gallery = try TestGallery()
    for number in 1...5 {
      try gallery.add("\(number).png", "fox number \(number)", shade: UInt8(number)) {
        $0.seed = UInt64(number)
      }
    }
  }

  @Test func deletedItLosesNothing() throws {
    let before: [CatalogEntry]
    do {
      let catalog = try gallery.refreshed()
      try catalog.setStar(true, of: "2.png")
      try catalog.setRating(4, of: "3.png")
      before = try catalog.search()
    }
    try FileManager.default.removeItem(at: gallery.indexes)
    let catalog = try gallery.refreshed()
    let after = try catalog.search()
    #expect(after.map(\.name) == before.map(\.name))
    #expect(after.map(\.marks) == before.map(\.marks))
    #expect(after.map(\.recipe) == before.map(\.recipe))
    #expect(after.map(\.modified) == before.map(\.modified))
    #expect(try catalog.names("star") == ["2.png"])
    #expect(try catalog.names("rating:4") == ["3.png"])
    #expect(catalog.takeNotices() == [])
  }

  @Test func isKeptBetweenRuns() throws {
    let file = try gallery.refreshed().indexFile
    #expect(file.deletingLastPathComponent().path == gallery.indexes.path)
    #expect(file.lastPathComponent.hasPrefix("gallery-"))
    let again = try gallery.open()
    #expect(again.indexFile == file)
    #expect(try again.count() == 5)
    #expect(try again.refresh() == CatalogChanges())
  }

  /// A later program's index is put aside, whole, and said.
  @Test func fromTheFutureIsPutAside() throws {
    let file = try gallery.refreshed().indexFile
    let queue = try DatabaseQueue(path: file.path)
    try queue.write { try $0.execute(sql: "PRAGMA user_version = 7") }
    try queue.close()
    let catalog = try gallery.open()
    let aside = file.deletingPathExtension().path + ".format-7.sqlite"
    #expect(catalog.takeNotices() == [.newerIndex(asidePath: aside, version: 7)])
    #expect(catalog.takeNotices() == [])
    #expect(try catalog.refresh().added == 5)
    let old = try DatabaseQueue(path: aside)
    #expect(try old.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM picture") } == 5)
  }

  @Test(arguments: ["not a database", "SQLite format 3\0 and then nonsense", ""])
  func ofNonsenseIsPutAside(content: String) throws {
    let file = try gallery.refreshed().indexFile
    for ending in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: file.path + ending)
    }
    try Data(String(repeating: content, count: 100).utf8).write(to: file)
    let catalog = try gallery.open()
    let notices = catalog.takeNotices()
    if content.isEmpty {
      // An empty file is how every database begins.
      #expect(notices == [])
    } else {
      let aside = file.deletingPathExtension().path + ".damaged.sqlite"
      #expect(
        notices == [.damagedIndex(asidePath: aside, reason: "file is not a database")])
      #expect(FileManager.default.fileExists(atPath: aside))
    }
    #expect(try catalog.refresh().added == 5)
    #expect(try catalog.names("fox") == (1...5).map { "\($0).png" })
  }

  /// Everything behind the first page is overwritten while the gallery is closed.
  @Test func damagedWithinIsMadeAnew() throws {
    let file = try gallery.refreshed().indexFile
    let queue = try DatabaseQueue(path: file.path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.close()
    let handle = try FileHandle(forWritingTo: file)
    let size = try handle.seekToEnd()
    for page in stride(from: 4096, to: size, by: 4096) {
      try handle.seek(toOffset: page)
      try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
    }
    try handle.close()
    let catalog = try gallery.open()
    #expect(try catalog.refresh().added == 5)
    guard case .damagedIndex? = catalog.takeNotices().first else {
      Issue.record("nothing was said of the damage")
      return
    }
    #expect(try catalog.names("fox") == (1...5).map { "\($0).png" })
  }

  /// A table is dropped under a catalog that is open.
  @Test func damagedUnderUseHealsItself() throws {
    let catalog = try gallery.refreshed()
    let queue = try DatabaseQueue(path: catalog.indexFile.path)
    try queue.write { try $0.execute(sql: "DROP TABLE picture") }
    try queue.close()
    #expect(try catalog.names("number") == (1...5).map { "\($0).png" })
    let notices = catalog.takeNotices()
    #expect(notices.count == 1)
    #expect(
      notices.first?.description.hasPrefix(
        "The gallery's index was damaged (no such table: picture). It was put aside as '") == true)
  }

  /// No place for the index: everything works, and it is said.
  @Test func withoutAPlaceIsInMemory() throws {
    try Data().write(to: gallery.indexes)
    let catalog = try gallery.open()
    let notices = catalog.takeNotices()
    guard case .indexInMemory(let path, _)? = notices.first, notices.count == 1 else {
      Issue.record("\(notices)")
      return
    }
    #expect(path == catalog.indexFile.path)
    #expect(try catalog.refresh().added == 5)
    #expect(try catalog.names("fox seed>3") == ["4.png", "5.png"])
  }

  /// Galleries of the same name have indexes of their own; one gallery has one, however it is reached.
  @Test func belongsToOneFolder() throws {
    let catalog = try gallery.refreshed()
    let other = try PictureCatalog.open(
      folder: gallery.root.appending(path: "other/gallery"), indexes: gallery.indexes)
    #expect(other.indexFile != catalog.indexFile)
    #expect(try other.refresh() == CatalogChanges())
    let link = gallery.root.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: gallery.folder)
    for path in [link.path, gallery.folder.path + "/../gallery/"] {
      let same = try PictureCatalog.open(folder: URL(filePath: path), indexes: gallery.indexes)
      #expect(same.indexFile == catalog.indexFile)
    }
  }

  @Test func ofAReadOnlyGalleryIsElsewhere() async throws {
    chmod(gallery.folder.path, 0o555)
    defer { chmod(gallery.folder.path, 0o755) }
    chmod(gallery.root.path, 0o777)
    let (folder, indexes) = (gallery.folder.path, gallery.root.appending(path: "theirs").path)
    await #expect(processExitsWith: .success) {
      [folder = folder as String, indexes = indexes as String] in
      // Root may write everywhere, nobody may not.
      _ = seteuid(65534)
      let catalog = try PictureCatalog.open(
        folder: URL(filePath: folder), indexes: URL(filePath: indexes))
      precondition(catalog.takeNotices().isEmpty)
      try catalog.refresh()
      let names = try catalog.names("fox seed<3")
      precondition(names == ["1.png", "2.png"])
      let entry = try catalog.entry(named: "1.png")
      let thumbnail = try catalog.thumbnail(for: entry)
      precondition(thumbnail?.width == 4)
      let refusal = FileError.notAllowed(path: folder, reason: "Permission denied")
      do {
        try catalog.setStar(true, of: "1.png")
        exit(1)
      } catch let error as FileError {
        precondition(error == refusal)
      }
      do {
        _ = try catalog.trash(["1.png"])
        exit(1)
      } catch let error as FileError {
        precondition(error == refusal)
      }
    }
    #expect(gallery.files == (1...5).map { "\($0).png" })
  }

  /// What one catalog does, the other sees; neither undoes the other's.
  @Test func isSharedByTwo() async throws {
    let (first, second) = (try gallery.refreshed(), try gallery.refreshed())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (catalog, isFirst) in [(first, true), (second, false)] {
        group.addTask {
          for round in 0..<10 {
            for number in 1...5 {
              // Both change the same files: one the stars, the other the ratings.
              if isFirst {
                try catalog.setStar(round % 2 == 0 || number > 2, of: "\(number).png")
              } else {
                try catalog.setRating((round + number) % 5 + 1, of: "\(number).png")
              }
            }
            try catalog.refresh()
          }
        }
      }
      try await group.waitForAll()
    }
    for catalog in [first, second, try gallery.open()] {
      try catalog.refresh()
      let entries = try catalog.search(sort: CatalogSort(.name))
      #expect(entries.map(\.marks.star) == [false, false, true, true, true])
      #expect(entries.map(\.marks.rating) == (1...5).map { (9 + $0) % 5 + 1 })
      #expect(catalog.takeNotices() == [])
    }
    #expect(gallery.files == (1...5).map { "\($0).png" })
  }
}
