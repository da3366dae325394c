import Foundation
import GRDB
import Gallery
import Synchronization
public import Tensors

extension PictureCatalog {
  /// The longest side of a thumbnail in pixels.
  public static let thumbnailSide = 128
  private static let thumbnailQuality = 85
  private static let thumbnailBatch = 32

  /// A small copy of a picture, from the index or, the first time, from the file.
  ///
  /// - Returns: Nil if the picture cannot be decoded.
  /// - Throws: ``CatalogError``.
  public func thumbnail(for entry: CatalogEntry) throws -> PixelImage? {
    // Without a fingerprint the file is damaged; what there is of it is not kept.
    guard let fingerprint = entry.fingerprint else { return Self.makeThumbnail(of: entry.url) }
    let kept = try healing {
      try self.index.read { database in
        try Row.fetchOne(
          database, sql: "SELECT jpeg FROM thumbnail WHERE fingerprint = ?",
          arguments: [fingerprint])
      }
    }
    if let kept {
      // An empty one says that the picture cannot be decoded.
      return (kept["jpeg"] as Data?).flatMap { try? ImageFile.decode($0) }
    }
    let image = Self.makeThumbnail(of: entry.url)
    try store([(fingerprint, image)])
    return image
  }

  /// The thumbnails of some pictures that the index has; those that cannot be decoded are not among
  /// them, nor are those that were not made yet.
  ///
  /// - Throws: ``CatalogError``.
  public func keptThumbnails(for entries: [CatalogEntry]) throws -> [CatalogEntry.ID: PixelImage] {
    let fingerprints = entries.compactMap(\.fingerprint)
    let rows = try healing {
      try self.index.read { database in
        let request: SQLRequest<Row> =
          "SELECT fingerprint, jpeg FROM thumbnail WHERE fingerprint IN \(fingerprints)"
        return try request.fetchAll(database).map {
          (fingerprint: $0["fingerprint"] as Int64, jpeg: $0["jpeg"] as Data?)
        }
      }
    }
    let kept = Dictionary(rows.map { ($0.fingerprint, $0.jpeg) }) { first, _ in first }
    var images: [CatalogEntry.ID: PixelImage] = [:]
    for entry in entries {
      guard let fingerprint = entry.fingerprint, let jpeg = kept[fingerprint] ?? nil else {
        continue
      }
      images[entry.id] = try? ImageFile.decode(jpeg)
    }
    return images
  }

  /// Makes the thumbnails that are missing.
  ///
  /// - Parameters:
  ///   - progress: Called before the first one and after every 32.
  ///   - isCancelled: Asked as often; what was made until then stays.
  /// - Throws: ``CatalogError``.
  public func makeThumbnails(
    progress: (CatalogProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    let missing = try healing {
      try self.index.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT fingerprint, min(name) AS name FROM picture
            WHERE fingerprint IS NOT NULL AND fingerprint NOT IN (SELECT fingerprint FROM thumbnail)
            GROUP BY fingerprint ORDER BY max(modified) DESC
            """
        ).map { (fingerprint: $0["fingerprint"] as Int64, name: $0["name"] as String) }
      }
    }
    let pool = ThreadPool(
      width: missing.count > 1 ? ThreadPool.fullWidth : 1, yieldsToOthers: true)
    var done = 0
    while done < missing.count {
      progress(CatalogProgress(done: done, total: missing.count))
      if isCancelled() { return }
      let next = Array(missing[done..<min(done + Self.thumbnailBatch, missing.count)])
      // Threads of the pool put their results side by side.
      let images = Mutex([PixelImage?](repeating: nil, count: next.count))
      pool.parallel(next.count) { position in
        let image = Self.makeThumbnail(of: folder.appending(path: next[position].name))
        images.withLock { $0[position] = image }
      }
      try store(Array(zip(next.map(\.fingerprint), images.withLock { $0 })))
      done += next.count
    }
    if done > 0 { progress(CatalogProgress(done: done, total: done)) }
  }

  private static func makeThumbnail(of file: URL) -> PixelImage? {
    (try? ImageFile.decode(file))?.reduced(toSide: thumbnailSide)
  }

  private func store(_ thumbnails: [(fingerprint: Int64, image: PixelImage?)]) throws {
    let packed = try thumbnails.map { thumbnail in
      let jpeg = try thumbnail.image.map {
        try JPEG.encode($0, quality: Self.thumbnailQuality)
      }
      return (thumbnail.fingerprint, jpeg)
    }
    try index.write { database in
      for (fingerprint, jpeg) in packed {
        try database.execute(
          sql: "INSERT OR REPLACE INTO thumbnail (fingerprint, jpeg) VALUES (?, ?)",
          arguments: [fingerprint, jpeg])
      }
    }
  }
}
