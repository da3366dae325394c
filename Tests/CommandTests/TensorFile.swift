import Foundation
import Testing

/// A safetensors file, read and written without the product's own code, to check or to damage it.
struct TensorFile {
  struct Entry {
    var dtype: String
    var shape: [Int]
    /// From the end of the header.
    var bytes: Range<Int>
  }

  var entries: [String: Entry] = [:]
  var data: Data

  init(_ file: URL) throws {
    let bytes = try Data(contentsOf: file)
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    data = bytes.subdata(in: 8 + length..<bytes.count)
    let header = try #require(
      JSONSerialization.jsonObject(with: bytes.subdata(in: 8..<8 + length)) as? [String: Any])
    for case (let name, let entry as [String: Any]) in header where name != "__metadata__" {
      let offsets = try #require(entry["data_offsets"] as? [Int])
      entries[name] = Entry(
        dtype: try #require(entry["dtype"] as? String),
        shape: try #require(entry["shape"] as? [Int]), bytes: offsets[0]..<offsets[1])
    }
  }

  /// One float32 tensor.
  init(_ name: String, shape: [Int], floats: [Float]) {
    data = floats.withUnsafeBytes { Data($0) }
    entries = [name: Entry(dtype: "F32", shape: shape, bytes: 0..<data.count)]
  }

  func floats(_ name: String) throws -> [Float] {
    try numbers(name, dtype: "F32", as: Float.self)
  }

  func integers(_ name: String) throws -> [Int] {
    try numbers(name, dtype: "I64", as: Int64.self).map(Int.init)
  }

  func isFloat(_ name: String) -> Bool { entries[name]?.dtype == "F32" }

  private func numbers<T: BitwiseCopyable>(_ name: String, dtype: String, as: T.Type) throws -> [T]
  {
    let entry = try #require(entries[name], "no tensor '\(name)'")
    try #require(entry.dtype == dtype, "'\(name)' is \(entry.dtype)")
    return data.subdata(in: entry.bytes).withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<T>.size).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
  }

  /// Takes a tensor away and closes the gap.
  mutating func remove(_ name: String) throws {
    let gap = try #require(entries[name]).bytes
    entries[name] = nil
    data.removeSubrange(gap)
    for (other, entry) in entries where entry.bytes.lowerBound >= gap.upperBound {
      let start = entry.bytes.lowerBound - gap.count
      entries[other]?.bytes = start..<start + entry.bytes.count
    }
  }

  /// Gives tensors other shapes and writes a file of zeros, which are a hole that takes no room.
  mutating func writeHole(to file: URL, shape: (_ name: String, _ shape: [Int]) -> [Int]) throws {
    var end = 0
    for (name, entry) in entries {
      let shape = shape(name, entry.shape)
      let bytes = shape.reduce(4, *)
      entries[name] = Entry(dtype: "F32", shape: shape, bytes: end..<end + bytes)
      end += bytes
    }
    let header = try header()
    try header.write(to: file)
    try #require(truncate(file.path, header.count + end) == 0)
  }

  /// Length of the header, then the header; the data follows.
  func header() throws -> Data {
    let header = entries.mapValues {
      [
        "dtype": $0.dtype, "shape": $0.shape,
        "data_offsets": [$0.bytes.lowerBound, $0.bytes.upperBound],
      ]
    }
    let json = try JSONSerialization.data(withJSONObject: header)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
  }

  func write(to file: URL) throws { try (header() + data).write(to: file) }
}
