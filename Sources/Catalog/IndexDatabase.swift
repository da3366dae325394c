import Foundation
import GRDB
import Gallery
import Synchronization

/// The SQLite file of a gallery's index: opened, and replaced when it cannot be used.
///
/// Several processes may have it open: readers never wait (WAL), writers wait for each other.
final class IndexDatabase: Sendable {
  private struct Connection {
    let writer: any DatabaseWriter
    /// Of the file that is open; nil in memory.
    let file: UInt64?
  }

  private struct State {
    var connection: Connection
    var notices: [CatalogNotice]
  }

  /// Where the index is, unless it is in memory.
  let url: URL
  private let gallery: String
  /// Whichever thread finds the index damaged replaces the connection, under all others.
  private let state: Mutex<State>

  /// Opens the index or makes a new one, in memory if there is no place for it.
  ///
  /// - Parameter gallery: Path of the folder whose index it is.
  /// - Throws: ``CatalogError/index(path:reason:)`` if there is no memory either.
  init(_ url: URL, gallery: String) throws(CatalogError) {
    self.url = url
    self.gallery = gallery
    var notices: [CatalogNotice] = []
    let connection = try Self.connect(url, gallery: gallery, notices: &notices)
    state = Mutex(State(connection: connection, notices: notices))
  }

  /// What happened to the index since this was asked last.
  func takeNotices() -> [CatalogNotice] {
    state.withLock { state in
      defer { state.notices = [] }
      return state.notices
    }
  }

  func read<T>(_ body: (Database) throws -> T) throws -> T {
    try use { try $0.read(body) }
  }

  /// Everything in `body` is written, or nothing.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    try use { try $0.write(body) }
  }

  /// - Throws: ``CatalogError`` for what SQLite says, besides what the body throws.
  private func use<T>(_ body: (any DatabaseWriter) throws -> T) throws -> T {
    let writer = state.withLock { $0.connection.writer }
    do {
      return try body(writer)
    } catch let error as DatabaseError {
      guard error.meansDamage || error.meansNoPlace else {
        throw CatalogError.index(path: url.path, reason: error.reason)
      }
      try replace(writer, because: error)
      throw CatalogError.replacedIndex(path: url.path)
    }
  }

  private func replace(
    _ unusable: any DatabaseWriter, because error: DatabaseError
  ) throws(CatalogError) {
    try state.withLock { (state) throws(CatalogError) in
      guard state.connection.writer === unusable else { return }
      guard error.meansDamage else {
        state.notices.append(.indexInMemory(path: url.path, reason: error.reason))
        state.connection = try Self.inMemory(gallery: gallery, url)
        return
      }
      // Closing removes the log by its name, so the file must still have its own.
      try? unusable.close()
      state.connection = try Self.connect(
        url, gallery: gallery, damaged: (state.connection.file, error.reason),
        notices: &state.notices)
    }
  }

  // MARK: Opening

  /// - Parameter damaged: The file that is to be put aside before, and why.
  private static func connect(
    _ url: URL, gallery: String, damaged: (file: UInt64?, reason: String)? = nil,
    notices: inout [CatalogNotice]
  ) throws(CatalogError) -> Connection {
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      let lock = open(url.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      if lock >= 0 { flock(lock, LOCK_EX) }
      defer { if lock >= 0 { close(lock) } }
      // Another process may have put it aside already; then there is another in its place.
      if let damaged, let file = damaged.file, file == fileNumber(url) {
        let aside = putAside(url, as: "damaged")
        notices.append(.damagedIndex(asidePath: aside, reason: damaged.reason))
      }
      return try openFile(url, gallery: gallery, notices: &notices)
    } catch {
      let reason = (error as? DatabaseError)?.reason ?? error.localizedDescription
      notices.append(.indexInMemory(path: url.path, reason: reason))
      return try inMemory(gallery: gallery, url)
    }
  }

  private static func inMemory(gallery: String, _ url: URL) throws(CatalogError) -> Connection {
    do {
      let queue = try DatabaseQueue(configuration: configuration)
      try queue.write { try IndexSchema.create(in: $0, gallery: gallery) }
      return Connection(writer: queue, file: nil)
    } catch {
      throw .index(path: url.path, reason: "\(error)")
    }
  }

  /// Holds the lock beside the file, so that two processes do not put aside each other's new one.
  private static func openFile(
    _ url: URL, gallery: String, notices: inout [CatalogNotice]
  ) throws -> Connection {
    do {
      let pool = try DatabasePool(path: url.path, configuration: configuration)
      switch try pool.read({ try IndexSchema.state(of: $0, gallery: gallery) }) {
      case .current: return Connection(writer: pool, file: fileNumber(url))
      case .newer(let version):
        try pool.close()
        let aside = putAside(url, as: "format-\(version)")
        notices.append(.newerIndex(asidePath: aside, version: version))
      case .other:
        // Of an earlier version: it holds nothing that the pictures do not.
        try pool.write { database in
          try IndexSchema.erase(database)
          try IndexSchema.create(in: database, gallery: gallery)
        }
        return Connection(writer: pool, file: fileNumber(url))
      }
    } catch let error as DatabaseError where error.meansDamage {
      let aside = putAside(url, as: "damaged")
      notices.append(.damagedIndex(asidePath: aside, reason: error.reason))
    }
    let pool = try DatabasePool(path: url.path, configuration: configuration)
    try pool.write { try IndexSchema.create(in: $0, gallery: gallery) }
    return Connection(writer: pool, file: fileNumber(url))
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.label = "pixart.gallery"
    configuration.prepareDatabase { database in
      // The index can be made again; the last change may be lost in a power cut, never the file.
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    return configuration
  }

  /// Renames the index with its log, over what was put aside before; returns the new path.
  private static func putAside(_ url: URL, as word: String) -> String {
    let aside = url.deletingPathExtension().path + ".\(word).sqlite"
    for ending in ["", "-wal", "-shm"] {
      if rename(url.path + ending, aside + ending) != 0 { unlink(aside + ending) }
    }
    return aside
  }

  private static func fileNumber(_ url: URL) -> UInt64? {
    var status = stat()
    return stat(url.path, &status) == 0 ? UInt64(status.st_ino) : nil
  }
}

extension DatabaseError {
  var meansDamage: Bool {
    switch resultCode.primaryResultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
    // A table that is missing, or is another than ours.
    case .SQLITE_ERROR: message?.hasPrefix("no such ") == true
    default: false
    }
  }

  /// Nothing can be written where the index is; searching can go on elsewhere.
  var meansNoPlace: Bool {
    [.SQLITE_FULL, .SQLITE_READONLY].contains(resultCode.primaryResultCode)
  }

  var reason: String { message ?? "SQLite's error \(extendedResultCode.rawValue)" }
}
