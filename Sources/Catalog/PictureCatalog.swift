public import Foundation
import GRDB
import Gallery

/// A gallery: a folder of PNG files, and an index of it that can be searched.
///
/// The pictures are the truth. The index is kept elsewhere and can be deleted at any time; what people
/// think of a picture is written into the picture. Pictures in folders below are not part of the
/// gallery. May be used from several threads, and by several processes at once.
public final class PictureCatalog: Sendable {
  /// Where the pictures are.
  public let folder: URL
  let index: IndexDatabase

  /// Opens a gallery; call ``refresh(progress:isCancelled:)`` to see what is in the folder now.
  ///
  /// - Parameters:
  ///   - folder: Need not exist: then the gallery is empty.
  ///   - indexes: The folder in which indexes of galleries are kept, a file for each; it is made.
  /// - Throws: ``CatalogError``.
  public static func open(folder: URL, indexes: URL) throws(CatalogError) -> PictureCatalog {
    try PictureCatalog(folder: folder, indexes: indexes)
  }

  private init(folder: URL, indexes: URL) throws(CatalogError) {
    // One gallery has one index, however it is reached.
    let path = folder.standardizedFileURL.resolvingSymlinksInPath().path
    self.folder = URL(filePath: path, directoryHint: .isDirectory)
    index = try IndexDatabase(Self.indexFile(ofGallery: path, in: indexes), gallery: path)
  }

  /// The file of a gallery's index, named after the folder and a digest of its path.
  private static func indexFile(ofGallery path: String, in indexes: URL) -> URL {
    var digest = FNV1a()
    digest.add(path.utf8)
    let word = (path as NSString).lastPathComponent.unicodeScalars.prefix(40)
      .map { CharacterSet.alphanumerics.contains($0) ? String($0) : "-" }.joined()
    let number = String(digest.value, radix: 16)
    return indexes.appending(path: "\(word)-\(number).sqlite")
  }

  /// Where the index is kept.
  public var indexFile: URL { index.url }

  /// What happened to the index and should be told, each thing once.
  public func takeNotices() -> [CatalogNotice] { index.takeNotices() }

  /// Makes the index empty, whatever is in it; refreshing fills it from the pictures.
  ///
  /// - Throws: ``CatalogError``.
  public func clear() throws {
    try index.write { database in
      try IndexSchema.erase(database)
      try IndexSchema.create(in: database, gallery: folder.path)
    }
  }

  // MARK: Searching

  /// The pictures that a query finds, as of the last refresh.
  ///
  /// - Parameters:
  ///   - offset: How many to leave out at the beginning.
  ///   - limit: The most that are given; all if nil.
  /// - Throws: ``CatalogError``.
  public func search(
    _ query: CatalogQuery = .everything, sort: CatalogSort = .newest, offset: Int = 0,
    limit: Int? = nil
  ) throws -> [CatalogEntry] {
    try healing {
      try self.index.read { database in
        let request: SQLRequest<Row> = """
          SELECT \(sql: PictureRow.columns) FROM picture WHERE \(query.sql)
          ORDER BY \(sql: sort.sql) LIMIT \(limit ?? -1) OFFSET \(offset)
          """
        return try request.fetchAll(database).map { CatalogEntry($0, in: self.folder) }
      }
    }
  }

  /// The names of the pictures that a query finds; quick for many, too.
  ///
  /// - Throws: ``CatalogError``.
  public func names(of query: CatalogQuery, sort: CatalogSort) throws -> [String] {
    try healing {
      try self.index.read { database in
        let request: SQLRequest<String> = """
          SELECT name FROM picture WHERE \(query.sql) ORDER BY \(sql: sort.sql)
          """
        return try request.fetchAll(database)
      }
    }
  }

  /// The pictures of some names that the index has, in their order.
  ///
  /// - Throws: ``CatalogError``.
  public func entries(named names: [String]) throws -> [CatalogEntry] {
    let found = try healing {
      try self.index.read { database in
        let request: SQLRequest<Row> =
          "SELECT \(sql: PictureRow.columns) FROM picture WHERE name IN \(names)"
        return try request.fetchAll(database).map { CatalogEntry($0, in: self.folder) }
      }
    }
    let known = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
    return names.compactMap { known[$0] }
  }

  /// How many pictures a query finds.
  ///
  /// - Throws: ``CatalogError``.
  public func count(_ query: CatalogQuery = .everything) throws -> Int {
    try healing {
      try self.index.read { database in
        let request: SQLRequest<Int> = "SELECT count(*) FROM picture WHERE \(query.sql)"
        return try request.fetchOne(database) ?? 0
      }
    }
  }

  /// How many pictures have something that cannot be read.
  ///
  /// - Throws: ``CatalogError``.
  public func countDamaged() throws -> Int {
    try healing {
      try self.index.read { database in
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM picture WHERE fault IS NOT NULL") ?? 0
      }
    }
  }

  /// The picture of a name.
  ///
  /// - Throws: ``CatalogError``, such as ``CatalogError/noPicture(name:folder:)``.
  public func entry(named name: String) throws -> CatalogEntry {
    if let entry = try indexed(name) { return entry }
    // A listing may miss a file that is replaced at that moment, and an index be in the making.
    if !name.contains("/"), name.lowercased().hasSuffix(".png"), !name.hasPrefix(".") {
      try healing { try self.refresh([name]) }
      if let entry = try indexed(name) { return entry }
    }
    throw CatalogError.noPicture(name: name, folder: folder.path)
  }

  private func indexed(_ name: String) throws -> CatalogEntry? {
    try healing {
      try self.index.read { database in
        let request: SQLRequest<Row> =
          "SELECT \(sql: PictureRow.columns) FROM picture WHERE name = \(name)"
        return try request.fetchAll(database).map { CatalogEntry($0, in: self.folder) }
      }
    }.first
  }

  /// Fills an index that had to be replaced, and tries once more.
  func healing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch CatalogError.replacedIndex {
      try refresh()
      return try body()
    }
  }
}
