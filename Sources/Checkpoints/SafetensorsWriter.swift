public import Foundation

/// Puts tensors together as a safetensors file.
public struct SafetensorsWriter {
  struct Entry {
    let name: String
    let dtype: String
    let shape: [Int]
    /// Counted from the end of the header.
    let bytes: Range<Int>
  }

  private var entries: [Entry] = []
  private var data = Data()
  private let metadata: [String: String]

  /// - Parameter metadata: Goes into `__metadata__`.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds a float32 tensor; names must differ.
  public mutating func add(_ name: String, shape: [Int], floats: [Float]) {
    precondition(floats.count == shape.reduce(1, *), "\(floats.count) numbers for \(shape)")
    append(name, "F32", shape, floats.map(\.bitPattern.littleEndian))
  }

  /// Adds an int64 tensor; names must differ.
  public mutating func add(_ name: String, shape: [Int], integers: [Int]) {
    precondition(integers.count == shape.reduce(1, *), "\(integers.count) numbers for \(shape)")
    append(name, "I64", shape, integers.map { Int64($0).littleEndian })
  }

  private mutating func append<T>(_ name: String, _ dtype: String, _ shape: [Int], _ numbers: [T]) {
    let start = data.count
    numbers.withUnsafeBytes { data.append(contentsOf: $0) }
    entries.append(Entry(name: name, dtype: dtype, shape: shape, bytes: start..<data.count))
  }

  /// The whole file.
  public func encoded() throws -> Data {
    try Self.header(entries, metadata: metadata) + data
  }

  /// What comes before the numbers: the header's length, then the header, padded with spaces.
  ///
  /// - Parameter alignment: What the place of the first number is a multiple of.
  static func header(
    _ entries: [Entry], metadata: [String: String] = [:], alignment: Int = 8
  ) throws -> Data {
    var header: [String: Any] = Dictionary(
      uniqueKeysWithValues: entries.map {
        (
          $0.name,
          [
            "dtype": $0.dtype, "shape": $0.shape,
            "data_offsets": [$0.bytes.lowerBound, $0.bytes.upperBound],
          ]
        )
      })
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var json = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
    while (8 + json.count) % alignment != 0 { json.append(UInt8(ascii: " ")) }
    var length = UInt64(json.count).littleEndian
    var file = withUnsafeBytes(of: &length) { Data($0) }
    file.append(json)
    return file
  }
}
