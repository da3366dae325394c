import Foundation
import Gallery

extension Data {
  /// The bytes of a file; `nil` if there is none.
  ///
  /// - Throws: ``StateError/unreadable(path:reason:)``.
  static func ofFile(_ url: URL) throws(StateError) -> Data? {
    // A pipe of that name must not keep the studio waiting for a writer.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .unreadable(path: url.path, reason: systemMessage())
    }
    defer { close(descriptor) }
    return try all(of: descriptor, named: url)
  }

  /// Everything from the descriptor's place on.
  static func all(of descriptor: Int32, named url: URL) throws(StateError) -> Data {
    var data = Data()
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw .unreadable(path: url.path, reason: systemMessage())
      }
      if count == 0 { return data }
      data += piece.prefix(count)
    }
  }
}

extension URL {
  /// `session.json.damaged-20261123-153012` beside this file, in UTC; a number ends it if taken.
  func freeDamagedName(date: Date) -> URL {
    let time = date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
      .replacing("T", with: "-").replacing("Z", with: "")
    let stem = "\(lastPathComponent).damaged-\(time)"
    let folder = deletingLastPathComponent()
    var url = folder.appending(path: stem)
    var number = 2
    while access(url.path, F_OK) == 0 {
      url = folder.appending(path: "\(stem)-\(number)")
      number += 1
    }
    return url
  }
}
