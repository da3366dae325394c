public import Foundation
public import Gallery

/// Finds out before the work what would be in the way of writing its result.
public enum OutputFile {
  /// - Throws: `FileError` if no file can be written there.
  public static func check(_ file: URL) throws(FileError) {
    switch kind(of: file) {
    case mode_t(S_IFDIR): throw .isFolder(path: file.path)
    case nil, mode_t(S_IFREG): try checkFolder(file.deletingLastPathComponent())
    default: break
    }
  }

  /// Makes a folder and those above it, unless they are there.
  ///
  /// - Throws: `FileError` if it cannot be made or nothing can be written in it.
  public static func makeFolder(_ folder: URL) throws(FileError) {
    switch kind(of: folder) {
    case mode_t(S_IFDIR): break
    case nil:
      let parent = folder.deletingLastPathComponent()
      // The root's parent is above it: `/..`.
      if parent.standardizedFileURL.path != folder.standardizedFileURL.path {
        try makeFolder(parent)
      }
      guard mkdir(folder.path, 0o777) == 0 || errno == EEXIST else {
        throw .notAllowed(path: parent.path, reason: String(cString: strerror(errno)))
      }
    default: throw .notAFolder(path: folder.path)
    }
    try checkFolder(folder)
  }

  private static func checkFolder(_ folder: URL) throws(FileError) {
    switch kind(of: folder) {
    case nil: throw .noFolder(path: folder.path)
    case mode_t(S_IFDIR): break
    default: throw .notAFolder(path: folder.path)
    }
    guard access(folder.path, W_OK | X_OK) == 0 else {
      throw .notAllowed(path: folder.path, reason: String(cString: strerror(errno)))
    }
  }

  /// The type bits of what is at a path, through symbolic links; `nil` if nothing is.
  private static func kind(of file: URL) -> mode_t? {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
