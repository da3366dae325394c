import Foundation
import Testing

/// A file system of a few kilobytes in memory, to be full or read-only; gone when the test is.
final class SmallDisk {
  /// Whether this machine lets us have one: root may mount, where nothing keeps it from that.
  static let isPossible: Bool = {
    guard geteuid() == 0, let workplace = try? Workplace() else { return false }
    return (try? SmallDisk(workplace)) != nil
  }()

  let folder: URL
  private let workplace: Workplace
  private let ballast: URL

  /// - Parameters:
  ///   - bytes: A multiple of 4096, as is whatever a file takes.
  ///   - mostFiles: Files and folders, its own folder among them.
  init(_ workplace: Workplace, bytes: Int = 65536, mostFiles: Int = 100) throws {
    self.workplace = workplace
    folder = workplace.folder.appending(path: "disk")
    ballast = folder.appending(path: "ballast")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.mount(
      workplace, "-t", "tmpfs", "-o", "size=\(bytes),nr_inodes=\(mostFiles)", "pixart-test",
      folder.path)
  }

  deinit {
    // What is still open keeps nothing from being taken off.
    _ = try? workplace.run(["-l", folder.path], program: URL(filePath: "/bin/umount"))
  }

  private static func mount(_ workplace: Workplace, _ arguments: String...) throws {
    let run = try workplace.run(arguments, program: URL(filePath: "/bin/mount"))
    guard run.code == 0 else { throw Refusal(reason: run.description) }
  }

  struct Refusal: Error { let reason: String }

  /// Leaves no room at all.
  func fill() throws {
    let descriptor = open(ballast.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let page = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, page, page.count) == page.count {}
    try #require(errno == ENOSPC)
  }

  /// Gives back what ``fill()`` took.
  func empty() throws { try FileManager.default.removeItem(at: ballast) }

  func makeReadOnly() throws {
    try Self.mount(workplace, "-o", "remount,ro", folder.path)
  }

  /// Everything on it but what fills it, hidden files too.
  var files: [String] {
    (FileManager.default.subpaths(atPath: folder.path) ?? []).filter { $0 != "ballast" }.sorted()
  }
}
