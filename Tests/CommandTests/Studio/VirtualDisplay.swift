import Foundation
import Testing

/// An X display in memory, whose pixels can be read; gone when the test is.
final class VirtualDisplay {
  /// Such as `:3`.
  let name: String
  private let server: StartedRun
  private let frame: URL

  init(_ workplace: Workplace) throws {
    let folder = workplace.folder.appending(path: "display")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    frame = folder.appending(path: "Xvfb_screen0")
    server = try workplace.startWithOpenSignals(
      [
        "-displayfd", "1", "-screen", "0", "912x600x24", "-nolisten", "tcp", "-fbdir", folder.path,
        // Otherwise it starts anew when its first client leaves, and throws out who comes just then.
        "-noreset",
      ], program: try Tool.virtualDisplay.file())
    // It chooses a number that is free, and says it when it can be used.
    try server.waits(for: "\n")
    name = ":" + server.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit {
    server.send(SIGTERM)
    _ = server.finish()
  }

  /// All pixels, from the file that the server keeps them in.
  func pixels() throws -> Screenshot { try Screenshot(Data(contentsOf: frame)) }
}

/// Pixels in X's window dump format.
///
/// Read in place: unoptimised code takes seconds to turn a million of them into something else.
struct Screenshot {
  let width: Int
  let height: Int
  private let start: Int
  private let bytesPerRow: Int
  private let bytes: [UInt8]

  init(_ dump: Data) throws {
    func field(_ index: Int) -> Int {
      dump[index * 4..<index * 4 + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    try #require(dump.count > 100 && field(1) == 7, "no window dump of version 7")
    try #require(field(11) == 32 && field(7) == 0, "pixels are not 32 bits, blue first")
    (width, height, bytesPerRow) = (field(4), field(5), field(12))
    // Behind the header are 12 bytes for each entry of the colour map.
    start = field(0) + 12 * field(19)
    try #require(dump.count >= start + bytesPerRow * height)
    bytes = [UInt8](dump)
  }

  /// Red, green and blue as one number.
  subscript(column: Int, row: Int) -> Int {
    let place = start + row * bytesPerRow + column * 4
    return Int(bytes[place + 2]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place])
  }
}
