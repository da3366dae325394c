public import Foundation
public import Tensors
public import Testing

/// One folder of `Tests/Goldens`: what diffusers computed, and how close is close enough.
///
/// Reads its files by itself, so that a mistake in `Checkpoints` cannot hide behind itself.
public struct Golden {
  public let folder: URL
  /// Everything in `case.json`.
  public let facts: [String: Any]
  private let data: Data
  private let entries: [String: [String: Any]]
  private let dataStart: Int

  /// - Parameter name: Folder below `Tests/Goldens`, such as `a-sigma/square`.
  public init(_ name: String) throws {
    folder = Self.root.appending(path: name)
    facts = try Self.object(Data(contentsOf: folder.appending(path: "case.json")))
    let file = folder.appending(path: "tensors.safetensors")
    guard FileManager.default.fileExists(atPath: file.path) else {
      (data, entries, dataStart) = (Data(), [:], 0)
      return
    }
    data = try Data(contentsOf: file)
    let headerLength = data.prefix(8).enumerated().reduce(0) {
      $0 | Int($1.element) << (8 * $1.offset)
    }
    dataStart = 8 + headerLength
    entries = try Self.object(data.subdata(in: 8..<dataStart)).compactMapValues {
      $0 as? [String: Any]
    }
  }

  /// `Tests/Goldens` of this checkout.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Goldens")

  /// A tiny checkpoint in the diffusers layout, such as `sigma-tiny`.
  public static func model(_ name: String) -> URL { root.appending(path: "models/\(name)") }

  public var names: [String] { entries.keys.filter { $0 != "__metadata__" }.sorted() }

  public func has(_ name: String) -> Bool { entries[name] != nil }

  public func shape(_ name: String) throws -> Shape {
    Shape(try #require(entries[name]?["shape"] as? [Int], "no golden tensor '\(name)'"))
  }

  /// All numbers of a float32 tensor, row-major.
  public func floats(_ name: String) throws -> [Float] {
    try numbers(name, stored: "F32", as: Float.self)
  }

  /// All numbers of an int64 tensor, row-major.
  public func integers(_ name: String) throws -> [Int] {
    try numbers(name, stored: "I64", as: Int64.self).map(Int.init)
  }

  /// Absolute and relative tolerance of a tensor, per element.
  public func tolerance(_ name: String) throws -> (absolute: Float, relative: Float) {
    let tensors = try #require(facts["tensors"] as? [String: [String: Any]])
    let facts = try #require(tensors[name], "no tolerance for '\(name)'")
    return (
      ((facts["tolerance"] as? NSNumber)?.floatValue) ?? 0,
      ((facts["relative"] as? NSNumber)?.floatValue) ?? 0
    )
  }

  /// Checks every element of a tensor against the golden's own tolerance.
  public func expect(
    _ name: String, _ got: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let want = try floats(name)
    let (absolute, relative) = try tolerance(name)
    expectClose(
      got, want, absolute: absolute, relative: relative, "\(facts["name"] ?? "") \(name)",
      sourceLocation: sourceLocation)
  }

  private func numbers<T: BitwiseCopyable>(_ name: String, stored: String, as: T.Type) throws -> [T]
  {
    let entry = try #require(entries[name], "no golden tensor '\(name)'")
    #expect(entry["dtype"] as? String == stored)
    let offsets = try #require(entry["data_offsets"] as? [Int])
    return data.subdata(in: dataStart + offsets[0]..<dataStart + offsets[1]).withUnsafeBytes {
      raw in
      (0..<raw.count / MemoryLayout<T>.size).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
  }

  private static func object(_ data: Data) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
