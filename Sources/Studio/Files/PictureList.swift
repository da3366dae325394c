public import Foundation

/// A picture file as the folder shows it, unopened.
public struct PictureFile: Sendable, Equatable {
  public let url: URL
  public let modified: Date
  public let bytes: Int
}

/// The last pictures of a folder.
public enum PictureList {
  /// The newest PNG files, the newest first; none if there is no folder.
  ///
  /// Only names and times are read, not the files.
  ///
  /// - Throws: ``StateError/unreadable(path:reason:)``.
  public static func newest(_ limit: Int = 200, in folder: URL) throws(StateError) -> [PictureFile]
  {
    guard let stream = opendir(folder.path) else {
      if errno == ENOENT { return [] }
      throw .unreadable(path: folder.path, reason: String(cString: strerror(errno)))
    }
    defer { closedir(stream) }
    var pictures: [(name: String, seconds: Int, nanoseconds: Int, bytes: Int)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard name.utf8.first != UInt8(ascii: "."), name.lowercased().hasSuffix(".png"),
        fstatat(dirfd(stream), name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG
      else { continue }
      pictures.append(
        (name, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size)))
    }
    // Names begin with the time, so they decide where a file system's clock is coarse.
    pictures.sort { ($0.seconds, $0.nanoseconds, $0.name) > ($1.seconds, $1.nanoseconds, $1.name) }
    return pictures.prefix(limit).map {
      PictureFile(
        url: folder.appending(path: $0.name),
        modified: Date(timeIntervalSince1970: Double($0.seconds) + Double($0.nanoseconds) * 1e-9),
        bytes: $0.bytes)
    }
  }
}
