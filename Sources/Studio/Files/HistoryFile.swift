public import Foundation
import Gallery

/// A list that only grows, one JSON object a line, the newest last.
///
/// Several studios may add to one file. A line that a crash tore, or that means nothing here, is
/// passed over; it costs no other line.
public struct HistoryFile<Entry: Codable & Sendable>: Sendable {
  public let url: URL
  private let kept: Int
  private let limit: Int

  /// - Parameters:
  ///   - kept: Entries that are loaded, and left when the file is made shorter; the newest.
  ///   - limit: Lines above which it is.
  public init(_ url: URL, keeping kept: Int = 5000, above limit: Int = 10_000) {
    self.url = url
    self.kept = kept
    self.limit = limit
  }

  /// The newest entries, the oldest of them first; none if there is no file.
  ///
  /// - Throws: ``StateError``.
  public func load() throws -> [Entry] {
    guard let data = try Data.ofFile(url) else { return [] }
    return Self.entries(in: data, last: kept).compactMap(\.entry)
  }

  /// Adds an entry durably: it is there after a crash that follows.
  ///
  /// - Throws: ``FileError`` or ``StateError``; the entries before it are safe.
  public func append(_ entry: Entry) throws {
    let line: Data
    do {
      line = try JSONEncoder().encode(entry) + Data("\n".utf8)
    } catch { throw StateError.unwritable(path: url.path, reason: "\(error)") }
    try StudioFolders.make(url.deletingLastPathComponent())
    try withLockedFile { descriptor in
      let size = lseek(descriptor, 0, SEEK_END)
      var last = UInt8(ascii: "\n")
      if size > 0 { pread(descriptor, &last, 1, size - 1) }
      // The rest of a torn line must not swallow this one.
      let data = last == UInt8(ascii: "\n") ? line : Data("\n".utf8) + line
      let code = Self.write(data, to: descriptor)
      guard code == 0 else {
        ftruncate(descriptor, size)
        throw FileError(code, writing: url, bytes: data.count)
      }
    }
  }

  /// Makes a file that has grown too long shorter.
  ///
  /// Lines that mean nothing here are not thrown away: the old file is kept beside the new one.
  ///
  /// - Throws: ``FileError`` or ``StateError``; the file is then as it was.
  public func compact(date: Date = .now) throws {
    guard access(url.path, F_OK) == 0 else { return }
    try withLockedFile { descriptor in
      lseek(descriptor, 0, SEEK_SET)
      let data = try Data.all(of: descriptor, named: url)
      guard data.count(where: { $0 == UInt8(ascii: "\n") }) > limit else { return }
      let lines = Self.entries(in: data)
      if lines.contains(where: { $0.entry == nil }) {
        try AtomicFile.write(data, to: url.freeDamagedName(date: date))
      }
      let newest = lines.filter { $0.entry != nil }.suffix(kept)
      try AtomicFile.write(Data(newest.map(\.line).joined(separator: [10]) + [10]), to: url)
    }
  }

  private static func entries(in data: Data, last count: Int = .max) -> [(
    line: Data, entry: Entry?
  )] {
    let decoder = JSONDecoder()
    return data.split(separator: UInt8(ascii: "\n")).suffix(count).map {
      ($0, try? decoder.decode(Entry.self, from: $0))
    }
  }

  /// Runs `body` on the open file while no other studio changes it.
  private func withLockedFile(_ body: (Int32) throws -> Void) throws {
    while true {
      let descriptor = open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw FileError(errno, writing: url, bytes: 0) }
      defer { close(descriptor) }
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
      // Another studio may have made the file shorter, that is, put another in its place.
      guard isCurrent(descriptor) else { continue }
      return try body(descriptor)
    }
  }

  private func isCurrent(_ descriptor: Int32) -> Bool {
    var (ours, named) = (stat(), stat())
    return fstat(descriptor, &ours) == 0 && stat(url.path, &named) == 0
      && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev
  }

  /// Returns 0 or the `errno` of what failed.
  private static func write(_ data: Data, to descriptor: Int32) -> Int32 {
    let code = AtomicFile.writeAll(data, to: descriptor)
    return code != 0 || fsync(descriptor) == 0 ? code : errno
  }
}
