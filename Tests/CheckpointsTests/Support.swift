import Checkpoints
import Foundation
import TestSupport
import Tensors
import Testing

/// A folder of its own for one test, gone when the test is.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "pixart-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file, with the folders on the way to it.
  @discardableResult
  func write(_ path: String, _ contents: Data) throws -> URL {
    let file = url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try contents.write(to: file)
    return file
  }

  @discardableResult
  func write(_ path: String, _ contents: String) throws -> URL {
    try write(path, Data(contents.utf8))
  }

  /// Copies a folder or file to `path`, with the folders on the way to it.
  @discardableResult
  func copy(_ source: URL, to path: String) throws -> URL {
    let target = url.appending(path: path)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: source, to: target)
    return target
  }
}

/// A safetensors file with this header and so many bytes of data, counting up from 0.
func safetensors(_ header: String, dataBytes: Int = 0) -> Data {
  var length = UInt64(header.utf8.count).littleEndian
  var file = withUnsafeBytes(of: &length) { Data($0) }
  file += Data(header.utf8)
  file += Data((0..<dataBytes).map { UInt8(truncatingIfNeeded: $0) })
  return file
}

/// What a call throws, as the user reads it.
func message(_ work: () throws -> Void) -> String {
  do {
    try work()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}

extension StoredTensor {
  /// Its numbers, widened bit by bit and independently of the kernels.
  var floats: [Float] {
    (0..<shape.count).map { i in
      switch format {
      case .float32: bytes.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)
      case .float16: Float(bytes.loadUnaligned(fromByteOffset: 2 * i, as: Float16.self))
      case .bfloat16:
        Float(
          bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)) << 16)
      }
    }
  }
}

let damaged = Golden.root.appending(path: "l-pickles/damaged")

/// The model that comes with the program, in the sources.
let defaultModel = Golden.root.deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Sources/Checkpoints/Resources/default-model")
