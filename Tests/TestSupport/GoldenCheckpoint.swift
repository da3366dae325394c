public import Checkpoints
public import Foundation
import Tensors
import Testing

extension Golden {
  /// All tensors of the safetensors files in a folder, read without the product's own reader.
  public static func checkpoint(_ folder: URL) throws -> Checkpoint {
    var tensors: [String: StoredTensor] = [:]
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    for file in files where file.pathExtension == "safetensors" {
      let data = try Data(contentsOf: file)
      let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      let header = try #require(
        JSONSerialization.jsonObject(with: data.subdata(in: 8..<8 + length)) as? [String: Any])
      for case (let name, let entry as [String: Any]) in header where name != "__metadata__" {
        let shape = Shape(try #require(entry["shape"] as? [Int]))
        let offsets = try #require(entry["data_offsets"] as? [Int])
        let bytes = data.subdata(in: 8 + length + offsets[0]..<8 + length + offsets[1])
        tensors[name] = StoredTensor(
          name: name, shape: shape,
          values: try widen(bytes, format: try #require(entry["dtype"] as? String)))
      }
    }
    return Checkpoint(source: folder.lastPathComponent, tensors: tensors)
  }

  private static func widen(_ bytes: Data, format: String) throws -> [Float] {
    try bytes.withUnsafeBytes { raw in
      switch format {
      case "F32":
        return (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      case "BF16":
        return (0..<raw.count / 2).map {
          let half = raw.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
          return Float(bitPattern: UInt32(half) << 16)
        }
      default:
        throw UnreadableGolden(format: format)
      }
    }
  }
}

struct UnreadableGolden: Error {
  let format: String
}
