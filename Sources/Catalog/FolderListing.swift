import Foundation

/// A PNG file as its folder shows it, unopened.
struct ListedFile: Equatable {
  let name: String
  let byteCount: Int
  /// Nanoseconds since 1970.
  let modified: Int64
  /// When anything about the file changed, which no program can set; nanoseconds since 1970.
  let changed: Int64

  /// Nil if there is no regular file of that name.
  init?(_ name: String, in folder: Int32) {
    var status = stat()
    guard fstatat(folder, name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    self.name = name
    byteCount = Int(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
  }
}

/// The pictures of a folder by their names and times.
struct FolderListing {
  private(set) var files: [ListedFile] = []

  /// All files that end in `.png` and are not hidden; none if there is no folder.
  ///
  /// - Throws: ``CatalogError/unreadableFolder(path:reason:)``.
  init(_ folder: URL) throws(CatalogError) {
    guard let stream = opendir(folder.path) else {
      if errno == ENOENT { return }
      throw .unreadableFolder(path: folder.path, reason: String(cString: strerror(errno)))
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.utf8.first != UInt8(ascii: "."), name.lowercased().hasSuffix(".png"),
        let file = ListedFile(name, in: dirfd(stream))
      else { continue }
      files.append(file)
    }
  }

  /// Those of some names that are there.
  init(_ names: [String], in folder: URL) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    files = names.compactMap { ListedFile($0, in: descriptor) }
  }
}
