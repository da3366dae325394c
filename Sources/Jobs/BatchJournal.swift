public import Foundation
import Gallery

/// Which pictures of a batch are done: a file beside it, one JSON object a line.
///
/// A line is on disk before its picture is announced, and after the picture is whole. A line that
/// was cut off by a crash counts as not written. One process has the journal at a time.
public final class BatchJournal {
  private struct Entry: Codable, Hashable {
    /// ``BatchFile/Line/key``.
    let line: String
    /// Of the line's pictures, from 0.
    let picture: Int
  }

  private struct Record: Codable {
    let line: String
    let picture: Int
    let file: String
  }

  private let file: URL
  private let descriptor: Int32
  private var done: Set<Entry> = []
  /// Whether the last line was cut off.
  private var isTorn = false

  /// Opens the journal of a batch, `FILE.done`; makes it if there is none.
  ///
  /// - Throws: `FileError`, ``BatchError/inUse(path:)``.
  public init(of batch: URL) throws {
    file = URL(filePath: batch.path + ".done")
    descriptor = open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(errno, writing: file, bytes: 0) }
    // Where there are no locks, nobody is kept out.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw BatchError.inUse(path: file.path)
    }
    let data = try Data(contentsOf: file)
    isTorn = data.last.map { $0 != 10 } ?? false
    for line in data.split(separator: 10) {
      guard let record = try? JSONDecoder().decode(Record.self, from: Data(line)) else { continue }
      done.insert(Entry(line: record.line, picture: record.picture))
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A child process that was started in this moment may have the file open as well.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  public func isDone(_ line: BatchFile.Line, picture: Int) -> Bool {
    done.contains(Entry(line: line.key, picture: picture))
  }

  /// Notes a picture that is whole on disk; the note is on disk as well when this returns.
  ///
  /// - Throws: `FileError`.
  public func record(_ line: BatchFile.Line, picture: Int, in saved: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(
      Record(line: line.key, picture: picture, file: saved.path))
    text.append(10)
    if isTorn { text.insert(10, at: 0) }
    // One write for the whole line; what a full disk cuts off is torn.
    let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    isTorn = written != text.count
    guard !isTorn, fsync(descriptor) == 0 else {
      throw FileError(written < 0 ? errno : ENOSPC, writing: file, bytes: text.count)
    }
    done.insert(Entry(line: line.key, picture: picture))
  }
}
