/// Reads bytes in order and never past their end.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func byte() throws(TorchFault) -> UInt8 {
    try check(1)
    defer { position += 1 }
    return bytes[position]
  }

  /// A little-endian number.
  mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(TorchFault) -> Number {
    let size = MemoryLayout<Number>.size
    try check(size)
    defer { position += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  /// Goes over so many bytes.
  ///
  /// - Returns: Where they are.
  mutating func skip(_ count: Int) throws(TorchFault) -> Range<Int> {
    try check(count)
    defer { position += count }
    return position..<position + count
  }

  /// Goes over a line and its end.
  ///
  /// - Returns: Where the line is, without its end.
  mutating func line(limit: Int) throws(TorchFault) -> Range<Int> {
    let end = min(bytes.count, position + limit)
    guard let stop = bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")) else {
      throw .unreadable("a line without an end", at: position)
    }
    defer { position = stop + 1 }
    return position..<stop
  }

  private func check(_ count: Int) throws(TorchFault) {
    guard count >= 0, count <= remaining else {
      throw .unreadable("something that ends too early", at: position)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// UTF-8 text, with marks in place of what is none.
  func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
