public import Foundation

/// Writes files that are either whole or not there.
///
/// The bytes go to a hidden temporary file in the same folder, are synced, and get their final name
/// in one step; then the folder is synced. A failure leaves neither name behind.
public enum AtomicFile {
  /// Writes a file, replacing one that is there.
  ///
  /// A device or pipe, such as `/dev/null`, is written to and not replaced.
  ///
  /// - Throws: ``FileError``.
  public static func write(_ data: Data, to file: URL) throws(FileError) {
    switch kind(of: file) {
    case mode_t(S_IFDIR): throw .isFolder(path: file.path)
    case nil, mode_t(S_IFREG): break
    default: return try writeThrough(data, to: file)
    }
    try place(data, as: file) { temporary, final in
      rename(temporary, final) == 0
    }
  }

  /// Replaces a file's bytes; its permissions and the time it was last changed stay.
  ///
  /// A symbolic link stays one; the file it leads to is replaced.
  ///
  /// - Throws: ``FileError``.
  public static func rewrite(_ data: Data, to file: URL) throws(FileError) {
    var status = stat()
    guard stat(file.path, &status) == 0 else { throw FileError(errno, writing: file, bytes: 0) }
    let file = file.resolvingSymlinksInPath()
    try place(
      data, as: file,
      prepare: { descriptor in
        let times = [status.st_atim, status.st_mtim]
        return fchmod(descriptor, status.st_mode & 0o7777) == 0
          && futimens(descriptor, times) == 0
      }, take: { rename($0, $1) == 0 })
  }

  /// Writes a file that was not there before.
  ///
  /// Where the name `a.png` is taken, it becomes `a-2.png`, `a-3.png` and so on.
  ///
  /// - Returns: The file that was written.
  /// - Throws: ``FileError``.
  public static func writeNew(_ data: Data, named name: String, in folder: URL)
    throws(FileError) -> URL
  {
    var file = folder.appending(path: name)
    try place(data, as: file) { temporary, _ in
      // The temporary name goes; the file stays under the one it got.
      takeFirstFree(temporary, named: name, in: folder, &file)
    }
    return file
  }

  /// Moves a file into a folder of the same file system, under a name that is not taken there.
  ///
  /// - Returns: Where the file is now.
  /// - Throws: ``FileError``.
  package static func move(_ source: URL, into folder: URL) throws(FileError) -> URL {
    var file = folder.appending(path: source.lastPathComponent)
    guard takeFirstFree(source.path, named: source.lastPathComponent, in: folder, &file) else {
      throw FileError(errno, writing: file, bytes: 0)
    }
    return file
  }

  /// Gives a file the name or, where it is taken, the first of `a-2.png`, `a-3.png` that is not.
  private static func takeFirstFree(
    _ source: String, named name: String, in folder: URL, _ file: inout URL
  ) -> Bool {
    let parts = (name as NSString)
    let (stem, ending) = (parts.deletingPathExtension, parts.pathExtension)
    var number = 2
    // link(2) refuses a name that is taken, in the same step in which it takes it.
    while link(source, file.path) != 0 {
      guard errno == EEXIST else { return takeWithoutLinks(source, file.path) }
      file = folder.appending(path: "\(stem)-\(number).\(ending)")
      number += 1
    }
    unlink(source)
    return true
  }

  /// For file systems that know no links (FAT): reserves the name, then replaces it.
  private static func takeWithoutLinks(_ temporary: String, _ final: String) -> Bool {
    let unknown = [EPERM, ENOTSUP, ENOSYS, EOPNOTSUPP]
    guard unknown.contains(errno) else { return false }
    let reserved = open(final, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard reserved >= 0 else { return false }
    close(reserved)
    guard rename(temporary, final) == 0 else {
      let code = errno
      unlink(final)
      errno = code
      return false
    }
    return true
  }

  /// Writes the temporary file and lets `take` give it its name.
  ///
  /// `prepare` and `take` leave `errno` if they cannot.
  private static func place(
    _ data: Data, as file: URL, prepare: (_ descriptor: Int32) -> Bool = { _ in true },
    take: (_ temporary: String, _ final: String) -> Bool
  ) throws(FileError) {
    let folder = file.deletingLastPathComponent()
    guard kind(of: folder) != nil else { throw .noFolder(path: folder.path) }
    removeAbandoned(in: folder)
    let temporary = folder.appending(
      path: ".pixart-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp")
    let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(errno, writing: file, bytes: data.count) }
    var code = writeAll(data, to: descriptor)
    if code == 0, !prepare(descriptor) { code = errno }
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, !take(temporary.path, file.path) { code = errno }
    guard code == 0 else {
      unlink(temporary.path)
      throw FileError(code, writing: file, bytes: data.count)
    }
    sync(folder)
  }

  private static func writeThrough(_ data: Data, to file: URL) throws(FileError) {
    let descriptor = open(file.path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(errno, writing: file, bytes: data.count) }
    defer { close(descriptor) }
    let code = writeAll(data, to: descriptor)
    guard code == 0 else { throw FileError(code, writing: file, bytes: data.count) }
  }

  /// Returns 0 or the `errno` of the write that failed.
  package static func writeAll(_ data: Data, to descriptor: Int32) -> Int32 {
    data.withUnsafeBytes { raw in
      var rest = UnsafeRawBufferPointer(raw)[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? EIO : errno }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }

  /// Makes the new name survive a power cut; some file systems cannot, and the file is there anyway.
  private static func sync(_ folder: URL) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The type bits of what is at a path, through symbolic links; `nil` if nothing is.
  private static func kind(of file: URL) -> mode_t? {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
