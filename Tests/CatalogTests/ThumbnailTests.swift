@testable import Catalog
import Foundation
import GRDB
import Gallery
import Tensors
import Testing

@Suite struct ThumbnailTests {
  private let gallery: TestGallery

  init() throws { gallery = try TestGallery() }

  private func save(_ name: String, _ image: PixelImage) throws {
    try PNG.encode(image).write(to: gallery.folder.appending(path: name))
  }

  /// The left half red, the right half blue.
  private func halves(_ width: Int, _ height: Int) -> PixelImage {
    let row = (0..<width).flatMap { $0 < width / 2 ? [220, 30, 30] : [30, 30, 220] as [UInt8] }
    return PixelImage(
      width: width, height: height, bytes: (0..<height).flatMap { _ in row })
  }

  private func kept(_ catalog: PictureCatalog) throws -> Int? {
    let queue = try DatabaseQueue(path: catalog.indexFile.path)
    return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM thumbnail") }
  }

  @Test(arguments: [
    (512, 256, 128, 64), (300, 900, 43, 128), (128, 100, 128, 100), (40, 20, 40, 20),
    (2000, 3, 128, 1), (129, 129, 128, 128),
  ])
  func fits(width: Int, height: Int, newWidth: Int, newHeight: Int) throws {
    try save("a.png", halves(width, height))
    let catalog = try gallery.refreshed()
    let entry = try catalog.entry(named: "a.png")
    // The first is made from the file, the second comes out of the index.
    for _ in 0..<2 {
      let thumbnail = try #require(try catalog.thumbnail(for: entry))
      #expect(thumbnail.width == newWidth && thumbnail.height == newHeight)
      let middle = newHeight / 2 * newWidth
      for (x, colour) in [(newWidth / 8, [220, 30, 30]), (newWidth * 7 / 8, [30, 30, 220])] {
        for channel in 0..<3 {
          let value = Int(thumbnail.bytes[(middle + x) * 3 + channel])
          #expect(abs(value - colour[channel]) <= 12, "\(x) \(channel)")
        }
      }
    }
    #expect(try kept(catalog) == 1)
  }

  /// Means of areas: 256 columns of black and white stripes become grey.
  @Test func takesMeans() throws {
    let bytes = (0..<256 * 128).flatMap { [UInt8](repeating: $0 % 2 == 0 ? 255 : 0, count: 3) }
    try save("a.png", PixelImage(width: 256, height: 128, bytes: bytes))
    let catalog = try gallery.refreshed()
    let thumbnail = try #require(try catalog.thumbnail(for: catalog.entry(named: "a.png")))
    #expect(thumbnail.bytes.allSatisfy { (126...130).contains($0) })
  }

  @Test func followsThePicture() throws {
    try save("a.png", halves(64, 64))
    try save("b.png", halves(32, 32))
    try Data("no picture".utf8).write(to: gallery.folder.appending(path: "c.png"))
    let catalog = try gallery.refreshed()
    var seen: [CatalogProgress] = []
    try catalog.makeThumbnails(progress: { seen.append($0) })
    #expect(seen == [.init(done: 0, total: 2), .init(done: 2, total: 2)])
    #expect(try kept(catalog) == 2)
    #expect(try catalog.thumbnail(for: catalog.entry(named: "c.png")) == nil)

    // Marks and names are no reason for a new one, other pixels are.
    try catalog.setStar(true, of: "a.png")
    try FileManager.default.moveItem(
      at: gallery.folder.appending(path: "b.png"), to: gallery.folder.appending(path: "d.png"))
    try catalog.refresh()
    seen = []
    try catalog.makeThumbnails(progress: { seen.append($0) })
    #expect(seen == [])
    try save("a.png", halves(100, 50))
    try catalog.refresh()
    #expect(try catalog.thumbnail(for: catalog.entry(named: "a.png"))?.width == 100)
    try FileManager.default.removeItem(at: gallery.folder.appending(path: "d.png"))
    try catalog.refresh()
    #expect(try kept(catalog) == 1)
  }

  /// Its chunks are in order, its pixels are not: there is no thumbnail, and it is tried once.
  @Test func leavesOutWhatCannotBeDecoded() throws {
    var png = try PNG.encode(halves(64, 64))
    let pixels = try #require(png.firstRange(of: Data("IDAT".utf8)))
    png[pixels.upperBound + 4] ^= 0xFF
    try png.write(to: gallery.folder.appending(path: "a.png"))
    let catalog = try gallery.refreshed()
    let entry = try catalog.entry(named: "a.png")
    #expect(entry.fault == nil)
    for _ in 0..<2 { #expect(try catalog.thumbnail(for: entry) == nil) }
    #expect(try kept(catalog) == 1)
  }

  @Test func stopsWhenAsked() throws {
    for number in 0..<70 { try save("\(number).png", halves(8, 8 + number)) }
    let catalog = try gallery.refreshed()
    var last = CatalogProgress(done: 0, total: 0)
    try catalog.makeThumbnails(progress: { last = $0 }, isCancelled: { last.done >= 32 })
    #expect(last == CatalogProgress(done: 32, total: 70))
    #expect(try kept(catalog) == 32)
  }
}
