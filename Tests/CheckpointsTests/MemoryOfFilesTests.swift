import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// Weights that are read leave memory again when they are let go.
@Suite struct MemoryOfFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Bytes of a mapped file that are in this process's memory.
  private func resident(_ file: URL) throws -> Int {
    // What asks for the size first gets the beginning only.
    let data = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd()
    let maps = String(decoding: try #require(data), as: UTF8.self)
    var (isOurs, sum) = (false, 0)
    for line in maps.split(separator: "\n") {
      if line.contains("-"), line.contains(" r") { isOurs = line.hasSuffix(file.path) }
      if isOurs, line.hasPrefix("Rss:") {
        sum += 1024 * (Int(line.split(separator: " ")[1]) ?? 0)
      }
    }
    return sum
  }

  @Test func letsGoOfWhatWasRead() throws {
    let file = folder.url.appending(path: "a.safetensors")
    let count = 1 << 18
    var writer = SafetensorsWriter()
    writer.add("a", shape: [count], floats: (0..<count).map { Float($0) })
    try writer.encoded().write(to: file)
    let checkpoint = try Checkpoint(file: file)
    let tensor = try checkpoint.tensor("a")
    let values = tensor.widened()
    #expect(try resident(file) >= 4 * count)
    checkpoint.letGo()
    // The header's page may stay.
    #expect(try resident(file) <= 4096)
    #expect(tensor.widened() == values)
  }
}
