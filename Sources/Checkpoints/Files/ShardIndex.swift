import Foundation

/// Which file beside the index holds which tensor.
struct ShardIndex {
  /// Names of T5-XXL's tensors take 20 kB.
  private static let byteLimit = 10_000_000

  /// File names by tensor.
  let files: [String: String]

  init(_ path: String) throws(ShardIndexFault) {
    let file: MappedFile
    do throws(FileFault) { file = try MappedFile(path) } catch { throw .unopened(error) }
    try self.init(file.bytes, suffix: path.contains(".bin.index.") ? ".bin" : ".safetensors")
  }

  /// - Parameter suffix: Of the files that it may name.
  init(_ text: UnsafeRawBufferPointer, suffix: String) throws(ShardIndexFault) {
    guard text.count <= Self.byteLimit else {
      throw .tooLong(bytes: text.count, limit: Self.byteLimit)
    }
    let root: JSONValue
    do throws(JSONFault) { root = try JSONValue(parsing: text) } catch { throw .notJSON(error) }
    guard case .object(let members) = root else { throw .noWeightMap(found: "nothing") }
    guard case .object(let map) = members["weight_map"], !map.isEmpty else {
      throw .noWeightMap(found: members["weight_map"]?.shown ?? "nothing")
    }
    var files: [String: String] = [:]
    for (tensor, value) in map {
      guard case .string(let file) = value, Self.isShardName(file, suffix: suffix) else {
        throw .badShardName(tensor: tensor, found: value.shown, suffix: suffix)
      }
      files[tensor] = file
    }
    self.files = files
  }

  /// An index from elsewhere must not reach out of its folder.
  private static func isShardName(_ name: String, suffix: String) -> Bool {
    name.hasSuffix(suffix) && !name.hasPrefix(".")
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
  }
}
