import Foundation

/// Writes pickles by hand, to make files that torch.save would not.
struct Pickle {
  private(set) var bytes = Data([0x80, 2])

  mutating func op(_ code: Character) { bytes.append(code.asciiValue ?? 0) }
  mutating func raw(_ values: UInt8...) { bytes.append(contentsOf: values) }

  mutating func text(_ text: String) {
    op("X")
    number(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func integer(_ value: Int) {
    if let small = Int32(exactly: value) {
      op("J")
      number(small)
    } else {
      raw(0x8A, 8)
      number(Int64(value))
    }
  }

  mutating func global(_ module: String, _ name: String) {
    op("c")
    bytes.append(contentsOf: "\(module)\n\(name)\n".utf8)
  }

  mutating func tuple(_ values: [Int]) {
    op("(")
    for value in values { integer(value) }
    op("t")
  }

  mutating func tensor(
    _ storage: String, type: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int],
    strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    op("(")
    op("(")
    text("storage")
    global("torch", type)
    text(storage)
    text("cpu")
    integer(count)
    op("t")
    op("Q")
    integer(offset)
    tuple(shape)
    tuple(strides)
    raw(0x89)
    global("collections", "OrderedDict")
    op(")")
    op("R")
    op("t")
    op("R")
  }

  /// A dictionary with one tensor, `w`.
  static func one(
    count: Int, offset: Int = 0, shape: [Int], strides: [Int], type: String = "FloatStorage"
  ) -> Data {
    var pickle = Pickle()
    pickle.op("}")
    pickle.text("w")
    pickle.tensor(
      "0", type: type, count: count, offset: offset, shape: shape, strides: strides)
    pickle.op("s")
    pickle.op(".")
    return pickle.bytes
  }

  private mutating func number<Number: FixedWidthInteger>(_ value: Number) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// A zip archive of stored entries, with what is to be wrong in it.
struct TorchArchive {
  var entries: [(name: String, bytes: Data)] = []
  var method: UInt16 = 0
  var flags: UInt16 = 0
  /// Whether sizes and places stand in ZIP64's fields.
  var isLong = false
  /// Bytes that nothing is in before the entry of this index.
  var gap: (before: Int, bytes: Int) = (0, 0)

  init(pickle: Data, storages: [String: Data] = [:]) {
    entries = [("a/data.pkl", pickle)]
    for (key, bytes) in storages.sorted(by: { $0.key < $1.key }) {
      entries.append(("a/data/\(key)", bytes))
    }
  }

  /// Writes it, with a hole in the file for the gap.
  func write(to file: URL) throws {
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    var directory = Data()
    for (index, entry) in entries.enumerated() {
      if index == gap.before {
        try handle.seek(toOffset: handle.offset() + UInt64(gap.bytes))
      }
      let place = try handle.offset()
      try handle.write(contentsOf: local(entry) + entry.bytes)
      directory += central(entry, at: place)
    }
    let start = try handle.offset()
    try handle.write(contentsOf: directory + end(directory.count, at: start))
  }

  func encoded() throws -> Data {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.pth")
    try write(to: file)
    return try Data(contentsOf: file)
  }

  private func local(_ entry: (name: String, bytes: Data)) -> Data {
    var data = little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(flags) + little(method)
    data += Data(count: 8) + sizes(entry) + little(UInt16(entry.name.utf8.count))
    // The padding that torch.save puts here.
    return data + little(UInt16(8)) + Data(entry.name.utf8) + Data("FB".utf8)
      + little(UInt16(4)) + Data(count: 4)
  }

  private func central(_ entry: (name: String, bytes: Data), at place: UInt64) -> Data {
    var extra = Data()
    if isLong {
      extra = little(UInt16(1)) + little(UInt16(24)) + little(UInt64(entry.bytes.count))
      extra += little(UInt64(entry.bytes.count)) + little(place)
    }
    var data = little(UInt32(0x0201_4B50)) + little(UInt16(20)) + little(UInt16(20))
    data += little(flags) + little(method) + Data(count: 8) + sizes(entry)
    data += little(UInt16(entry.name.utf8.count)) + little(UInt16(extra.count)) + Data(count: 10)
    data += little(isLong ? .max : UInt32(place)) + Data(entry.name.utf8)
    return data + extra
  }

  private func sizes(_ entry: (name: String, bytes: Data)) -> Data {
    let size = isLong ? UInt32.max : UInt32(entry.bytes.count)
    return little(size) + little(size)
  }

  private func end(_ size: Int, at start: UInt64) -> Data {
    var data = Data()
    if isLong {
      data += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(0)) + Data(count: 8)
      data += little(UInt64(entries.count)) + little(UInt64(entries.count))
      data += little(UInt64(size)) + little(start)
      data += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(start + UInt64(size))
      data += little(UInt32(1))
    }
    data += little(UInt32(0x0605_4B50)) + little(UInt32(0))
    let count = isLong ? UInt16.max : UInt16(entries.count)
    data += little(count) + little(count) + little(isLong ? .max : UInt32(size))
    return data + little(isLong ? .max : UInt32(start)) + little(UInt16(0))
  }

  private func little<Number: FixedWidthInteger>(_ value: Number) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }
}

extension [Float] {
  var data: Data { withUnsafeBytes { Data($0) } }
}
