@testable import Catalog
import Foundation
import Gallery
import Tensors

/// A gallery and a place for its index in a temporary folder; gone when the test is.
final class TestGallery {
  let root: URL
  let folder: URL
  let indexes: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "pixart-catalog-\(UUID().uuidString)")
    folder = root.appending(path: "gallery", directoryHint: .isDirectory)
    indexes = root.appending(path: "indexes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func open() throws -> PictureCatalog {
    try PictureCatalog.open(folder: folder, indexes: indexes)
  }

  /// Opens the gallery as it is now.
  func refreshed() throws -> PictureCatalog {
    let catalog = try open()
    try catalog.refresh()
    return catalog
  }

  /// A small picture whose pixels differ with `shade`.
  static func png(
    _ prompt: String, shade: UInt8 = 0, width: Int = 4, height: Int = 3,
    change: (inout Recipe) -> Void = { _ in }
  ) throws -> Data {
    var recipe = Recipe(prompt: prompt)
    recipe.size = .init(width: width, height: height)
    change(&recipe)
    let bytes = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 3) ^ shade }
    return try PNG.encode(PixelImage(width: width, height: height, bytes: bytes), recipe: recipe)
  }

  /// Saves a picture.
  ///
  /// - Parameter day: Of November 2026, noon, as the file's time.
  func add(
    _ name: String, _ prompt: String, shade: UInt8 = 0, day: Int = 23,
    change: (inout Recipe) -> Void = { _ in }
  ) throws {
    let file = folder.appending(path: name)
    try Self.png(prompt, shade: shade, change: change).write(to: file)
    try setDate(name, Self.noon(day))
  }

  func setDate(_ name: String, _ date: Date) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: date], ofItemAtPath: folder.appending(path: name).path)
  }

  static func noon(_ day: Int) -> Date {
    let components = DateComponents(year: 2026, month: 11, day: day, hour: 12)
    return Calendar.current.date(from: components) ?? .distantPast
  }

  /// Everything in the gallery's folder and below, hidden files too.
  var files: [String] {
    (FileManager.default.subpaths(atPath: folder.path) ?? []).sorted()
  }
}

extension PictureCatalog {
  /// The names that a query finds, in the order of names.
  func names(_ query: String = "") throws -> [String] {
    try search(CatalogQuery(parsing: query), sort: CatalogSort(.name)).map(\.name)
  }
}
