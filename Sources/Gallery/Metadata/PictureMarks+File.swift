public import Foundation

extension PictureMarks {
  /// Changes the marks in a PNG file; the time it was last changed stays, so do all other bytes.
  ///
  /// The new file takes the old one's place in one step: whatever happens, one of them is there,
  /// whole. Several processes may do this at once; one waits for the other.
  ///
  /// - Returns: The marks the file has now.
  /// - Throws: ``ImageError`` if it is no whole PNG, ``FileError`` if it cannot be replaced.
  @discardableResult
  public static func change(in file: URL, _ body: (inout PictureMarks) -> Void) throws
    -> PictureMarks
  {
    let lock = FolderLock(file.resolvingSymlinksInPath().deletingLastPathComponent())
    defer { lock.end() }
    let png = try ImageFile.bytes(of: file)
    let old = PictureMetadata(png).marks
    var new = old
    body(&new)
    // A file that cannot hold marks is refused even where none would change.
    let marked = try PNG.marked(png, with: new, named: file.path)
    if new != old { try AtomicFile.rewrite(marked, to: file) }
    return new
  }

  /// Puts another PNG in a file's place; the marks that the file has stay.
  ///
  /// - Throws: ``ImageError`` if `png` cannot hold marks, ``FileError`` if it cannot be written.
  package static func keep(in file: URL, writing png: Data) throws {
    let lock = FolderLock(file.resolvingSymlinksInPath().deletingLastPathComponent())
    defer { lock.end() }
    var marked = png
    if let old = try? ImageFile.bytes(of: file) {
      marked = try PNG.marked(png, with: PictureMetadata(old).marks, named: file.path)
    }
    try AtomicFile.write(marked, to: file)
  }
}

/// Keeps other processes from changing files of a folder meanwhile, where the file system can.
private struct FolderLock {
  private let descriptor: Int32

  init(_ folder: URL) {
    descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { flock(descriptor, LOCK_EX) }
  }

  func end() {
    if descriptor >= 0 { close(descriptor) }
  }
}
