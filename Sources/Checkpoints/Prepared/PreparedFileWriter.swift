package import Foundation

/// Writes a ``PreparedFile`` matrix by matrix: whole under its name in the end, or not there.
///
/// The bytes go to a hidden file beside it that is locked meanwhile, so that two processes do not
/// make the same one, and whatever a killed process left there is written over by the next.
package final class PreparedFileWriter {
  package struct Matrix {
    package let name: String
    package let byteCount: Int

    package init(name: String, byteCount: Int) {
      self.name = name
      self.byteCount = byteCount
    }
  }

  private let file: URL
  private let temporary: URL
  private let descriptor: Int32
  private let key: [UInt8]
  private let count: Int
  private var checksums: [Checksum] = []
  private var unsynced = 0
  private var isFinished = false

  /// What is written before the disk is waited for; all at once in the end would take a while
  /// that nothing could end.
  private static let syncedAtOnce = 256 << 20

  /// - Parameters:
  ///   - file: Its folder is made if it is not there.
  ///   - matrices: In the order in which they come; each a multiple of ``PreparedFile/alignment``.
  package init(_ file: URL, key: String, matrices: [Matrix]) throws(PreparedFault) {
    let folder = file.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .failed(reason: "the folder '\(folder.path)' cannot be made")
    }
    self.file = file
    self.key = Array(key.utf8)
    count = matrices.count
    temporary = Self.temporary(for: file)
    let header = try Self.header(matrices, keyCount: self.key.count)
    descriptor = try Self.lock(temporary)
    let needed = header.count + matrices.reduce(0) { $0 + $1.byteCount } + self.key.count
    do throws(PreparedFault) {
      try Self.checkRoom(for: needed, descriptor)
      checksums = [
        header.withUnsafeBytes { header in
          self.key.withUnsafeBytes { PreparedFile.checksum(header: header, key: $0) }
        }
      ]
      try write(header)
    } catch {
      discard()
      throw error
    }
  }

  deinit { if !isFinished { discard() } }

  /// Writes the next matrix.
  package func add(_ bytes: UnsafeRawBufferPointer) throws(PreparedFault) {
    checksums.append(Checksum(bytes))
    try write(bytes)
  }

  /// Gives the file its name; before that nobody sees it.
  package func finish() throws(PreparedFault) {
    precondition(checksums.count == count + 1, "\(checksums.count - 1) of \(count) matrices")
    let sums = checksums.map(\.value.littleEndian)
    try write(Data(key) + sums.withUnsafeBytes { Data($0) })
    guard fsync(descriptor) == 0, rename(temporary.path, file.path) == 0 else {
      throw Self.fault(errno)
    }
    isFinished = true
    close(descriptor)
  }

  private func discard() {
    isFinished = true
    unlink(temporary.path)
    close(descriptor)
  }

  // MARK: Names

  private static let ending = ".preparing"

  private static func temporary(for file: URL) -> URL {
    file.deletingLastPathComponent().appending(path: "." + file.lastPathComponent + ending)
  }

  /// Removes what killed processes left in a folder.
  package static func sweep(_ folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(ending) {
      let left = folder.appending(path: name)
      guard let descriptor = try? lock(left) else { continue }
      unlink(left.path)
      close(descriptor)
    }
  }

  /// Opens a file that only one process at a time can hold.
  private static func lock(_ temporary: URL) throws(PreparedFault) -> Int32 {
    let descriptor = open(temporary.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fault(errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK ? .busy : fault(code)
    }
    // Between the two calls whoever held it may have given it its name, or removed it.
    var (named, held) = (stat(), stat())
    guard stat(temporary.path, &named) == 0, fstat(descriptor, &held) == 0,
      named.st_ino == held.st_ino, named.st_dev == held.st_dev
    else {
      close(descriptor)
      throw .busy
    }
    guard ftruncate(descriptor, 0) == 0 else {
      let code = errno
      close(descriptor)
      throw fault(code)
    }
    return descriptor
  }

  // MARK: Bytes

  private static func header(_ matrices: [Matrix], keyCount: Int) throws(PreparedFault) -> Data {
    var entries: [SafetensorsWriter.Entry] = []
    var end = 0
    func add(_ name: String, _ dtype: String, count: Int, bytes: Int) {
      entries.append(.init(name: name, dtype: dtype, shape: [count], bytes: end..<end + bytes))
      end += bytes
    }
    for matrix in matrices {
      precondition(matrix.byteCount % PreparedFile.alignment == 0, "\(matrix)")
      add(matrix.name, "U8", count: matrix.byteCount, bytes: matrix.byteCount)
    }
    add(PreparedFile.keyName, "U8", count: keyCount, bytes: keyCount)
    add(
      PreparedFile.checksumsName, "U64", count: matrices.count + 1, bytes: 8 * (matrices.count + 1))
    do {
      return try SafetensorsWriter.header(entries, alignment: PreparedFile.alignment)
    } catch {
      throw .failed(reason: "\(error)")
    }
  }

  /// A disk that is quite full afterwards would make trouble elsewhere.
  private static func checkRoom(for needed: Int, _ descriptor: Int32) throws(PreparedFault) {
    var status = statvfs()
    // Where nothing is known, writing will tell.
    guard fstatvfs(descriptor, &status) == 0 else { return }
    let free = Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    let wanted = needed + needed / 16
    guard free >= wanted else { throw .noRoom(needed: wanted, free: free) }
  }

  private func write(_ data: Data) throws(PreparedFault) {
    let fault = data.withUnsafeBytes { bytes -> PreparedFault? in
      do throws(PreparedFault) {
        try write(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let fault { throw fault }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(PreparedFault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(8 << 20))
      let count = Foundation.write(descriptor, part.baseAddress, part.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.fault(count == 0 ? EIO : errno) }
      rest = rest.dropFirst(count)
      unsynced += count
      if unsynced >= Self.syncedAtOnce {
        unsynced = 0
        guard fdatasync(descriptor) == 0 else { throw Self.fault(errno) }
      }
    }
  }

  private static func fault(_ code: Int32) -> PreparedFault {
    .failed(reason: String(cString: strerror(code)))
  }
}
