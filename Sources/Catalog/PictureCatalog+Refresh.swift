import Foundation
import GRDB
import Gallery
import Synchronization
import Tensors

/// How far work on a gallery is.
public struct CatalogProgress: Sendable, Equatable {
  public let done: Int
  public let total: Int
}

/// What a refresh found.
public struct CatalogChanges: Sendable, Equatable {
  /// Pictures that were not there before.
  public var added = 0
  /// Files that were rewritten.
  public var changed = 0
  /// Files with another name.
  public var moved = 0
  /// Pictures that are gone.
  public var removed = 0
  /// Whether everything was looked at; otherwise the next refresh goes on.
  public var isComplete = true

  public var isEmpty: Bool { self == CatalogChanges() }
}

extension PictureCatalog {
  /// Pictures between two looks at whether to stop, and in one transaction.
  private static let batch = 100

  private struct Known {
    let id: Int64
    let byteCount: Int
    let modified: Int64
    let changed: Int64
    let fingerprint: Int64?
  }

  /// Brings the index in line with the folder; only new and changed files are opened.
  ///
  /// - Parameters:
  ///   - progress: Called before the first file is opened and after each hundred.
  ///   - isCancelled: Asked as often; what was read until then stays.
  /// - Throws: ``CatalogError``.
  @discardableResult
  public func refresh(
    progress: (CatalogProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws -> CatalogChanges {
    do {
      return try refreshOnce(progress, isCancelled)
    } catch CatalogError.replacedIndex {
      return try refreshOnce(progress, isCancelled)
    }
  }

  private func refreshOnce(
    _ progress: (CatalogProgress) -> Void, _ isCancelled: () -> Bool
  ) throws -> CatalogChanges {
    let listing = try FolderListing(folder)
    var known = try readKnown()
    var files: [ListedFile] = []
    for file in listing.files {
      guard let row = known[file.name] else {
        files.append(file)
        continue
      }
      if row.byteCount != file.byteCount || row.modified != file.modified
        || row.changed != file.changed
      {
        files.append(file)
      } else {
        known[file.name] = nil
      }
    }
    // What remains in `known` was rewritten or is gone.
    let rewritten = Set(files.map(\.name))
    var gone = known.filter { !rewritten.contains($0.key) }
    var goneNames = Dictionary(grouping: gone.keys.sorted()) { gone[$0]?.fingerprint }
    var changes = CatalogChanges()
    guard !files.isEmpty || !gone.isEmpty else { return changes }
    let pool = ThreadPool(
      width: files.count > Self.batch ? ThreadPool.fullWidth : 1, yieldsToOthers: true)
    var done = 0
    while done < files.count {
      progress(CatalogProgress(done: done, total: files.count))
      if isCancelled() {
        changes.isComplete = false
        return changes
      }
      let next = Array(files[done..<min(done + Self.batch, files.count)])
      let rows = readMetadata(of: next, on: pool)
      try index.write { database in
        for row in rows {
          let print = row.metadata.fingerprint.map { Int64(bitPattern: $0) }
          let isKnown = known[row.file.name] != nil
          let oldName = isKnown || print == nil ? nil : goneNames[print]?.popLast()
          try row.store(in: database, asRow: oldName.flatMap { gone[$0]?.id })
          if let oldName {
            gone[oldName] = nil
            changes.moved += 1
          } else if isKnown {
            changes.changed += 1
          } else {
            changes.added += 1
          }
        }
      }
      done += next.count
    }
    progress(CatalogProgress(done: done, total: files.count))
    changes.removed = try forget(gone.map { ($0.key, $0.value.id) })
    return changes
  }

  private func readKnown() throws -> [String: Known] {
    try index.read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT name, id, bytes, modified, changed, fingerprint FROM picture")
      var known: [String: Known] = [:]
      while let row = try rows.next() {
        known[row[0]] = Known(
          id: row[1], byteCount: row[2], modified: row[3], changed: row[4], fingerprint: row[5])
      }
      return known
    }
  }

  private func readMetadata(of files: [ListedFile], on pool: ThreadPool) -> [PictureRow] {
    // Threads of the pool put their results side by side.
    let found = Mutex([PictureRow?](repeating: nil, count: files.count))
    pool.parallel(files.count) { position in
      let file = files[position]
      // A file that went away meanwhile is missed at the next refresh.
      guard let metadata = metadata(of: file.name) else { return }
      found.withLock { $0[position] = PictureRow(file: file, metadata: metadata) }
    }
    return found.withLock { $0.compactMap(\.self) }
  }

  /// Nil if the file is not there any more; one that cannot be read is a picture with a fault.
  private func metadata(of name: String) -> PictureMetadata? {
    let file = folder.appending(path: name)
    do throws(ImageError) {
      return try PictureMetadata(file: file)
    } catch {
      guard access(file.path, F_OK) == 0 else { return nil }
      return PictureMetadata(unreadable: error)
    }
  }

  /// Takes pictures out of the index whose files are gone.
  private func forget(_ gone: [(name: String, id: Int64)]) throws -> Int {
    guard !gone.isEmpty else { return 0 }
    return try index.write { database in
      var removed = 0
      // Another process may have put a file of that name back a moment ago.
      let back = Set(FolderListing(gone.map(\.name), in: folder).files.map(\.name))
      for (name, id) in gone where !back.contains(name) {
        try database.execute(
          sql: "DELETE FROM picture WHERE id = ? AND name = ?", arguments: [id, name])
        removed += database.changesCount
      }
      try database.execute(
        sql: """
          DELETE FROM thumbnail WHERE fingerprint NOT IN
            (SELECT fingerprint FROM picture WHERE fingerprint IS NOT NULL)
          """)
      return removed
    }
  }

  /// Brings some files of the index in line with the folder.
  func refresh(_ names: [String]) throws {
    let files = FolderListing(names, in: folder).files
    let rows = files.compactMap { file in
      metadata(of: file.name).map { PictureRow(file: file, metadata: $0) }
    }
    try index.write { database in
      for row in rows { try row.store(in: database, asRow: nil) }
      let missing = Set(names).subtracting(files.map(\.name))
      for name in missing {
        try database.execute(sql: "DELETE FROM picture WHERE name = ?", arguments: [name])
      }
    }
  }
}
