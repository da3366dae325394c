package import Foundation

/// Why a file could not be written.
public enum FileError: Error, Equatable, CustomStringConvertible {
  case noFolder(path: String)
  case notAFolder(path: String)
  case isFolder(path: String)
  case notAllowed(path: String, reason: String)
  case diskFull(path: String, bytes: Int)
  case failed(path: String, reason: String)

  /// What an `errno` of writing `bytes` to `file` means to its user.
  package init(_ code: Int32, writing file: URL, bytes: Int) {
    let folder = file.deletingLastPathComponent().path
    self =
      switch code {
      case ENOENT: .noFolder(path: folder)
      case ENOTDIR: .notAFolder(path: folder)
      case EISDIR: .isFolder(path: file.path)
      case EACCES, EPERM, EROFS: .notAllowed(path: folder, reason: systemMessage(code))
      case ENOSPC, EDQUOT: .diskFull(path: file.path, bytes: bytes)
      default: .failed(path: file.path, reason: systemMessage(code))
      }
  }

  public var description: String {
    switch self {
    case .noFolder(let path):
      "There is no folder '\(path)'. Make it first (mkdir -p) or choose another place."
    case .notAFolder(let path):
      "'\(path)' is a file, so nothing can be written below it. Choose another place."
    case .isFolder(let path):
      "'\(path)' is a folder, not a file. Add a file name to it."
    case .notAllowed(let path, let reason):
      "Nothing can be written in '\(path)': \(reason). Change its permissions or choose another place."
    case .diskFull(let path, let bytes):
      // A name alone takes room as well.
      "No room for \(bytes > 0 ? "the \(bytes) bytes of " : "")'\(path)'. "
        + "Free space or choose another disk."
    case .failed(let path, let reason):
      "'\(path)' could not be written: \(reason). Choose another place."
    }
  }
}
