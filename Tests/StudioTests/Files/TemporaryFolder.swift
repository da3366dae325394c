import Foundation

/// A folder of its own for a test; gone when the test is.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "pixart-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }

  /// Sorted, hidden ones too.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: self(name))
  }

  /// Without a sync, for tests that write thousands of files.
  func put(_ bytes: Data, to name: String) {
    // Emptying a file would make ext4 write it out when it is closed.
    unlink(self(name).path)
    let descriptor = open(self(name).path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
  }

  func text(of name: String) throws -> String {
    try String(contentsOf: self(name), encoding: .utf8)
  }
}
