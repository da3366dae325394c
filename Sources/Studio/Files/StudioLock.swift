public import Foundation
public import Gallery

/// A folder that this process alone writes in, until it ends, however it ends.
///
/// The system frees the lock of a process that is killed; nothing has to be cleaned up.
public final class StudioLock: Sendable {
  public enum Attempt {
    case taken(StudioLock)
    /// By a process with this number, if it could be read.
    case heldBy(pid: Int32?)
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Takes the file `lock` in a folder, which is made if it is missing.
  ///
  /// - Throws: ``FileError`` if the folder cannot be written in.
  public static func take(_ folder: URL) throws(FileError) -> Attempt {
    let file = folder.appending(path: "lock")
    while true {
      try StudioFolders.make(folder)
      let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        // The folder may have been given up a moment ago.
        if errno == ENOENT, access(folder.path, F_OK) != 0 { continue }
        throw FileError(errno, writing: file, bytes: 0)
      }
      // A file system that knows no locks refuses in other words; then there is nothing to wait for.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        defer { close(descriptor) }
        return .heldBy(pid: readNumber(descriptor))
      }
      guard isCurrent(descriptor, file) else {
        close(descriptor)
        continue
      }
      ftruncate(descriptor, 0)
      let number = Array("\(getpid())\n".utf8)
      pwrite(descriptor, number, number.count, 0)
      return .taken(StudioLock(descriptor: descriptor))
    }
  }

  private static func readNumber(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int32(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).prefix { $0 != "\n" })
  }

  /// Whether the name still means the file that was opened.
  private static func isCurrent(_ descriptor: Int32, _ file: URL) -> Bool {
    var (ours, named) = (stat(), stat())
    return fstat(descriptor, &ours) == 0 && stat(file.path, &named) == 0
      && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev
  }
}
