/// What lies where in a zip archive whose entries are stored as they are, ZIP64 included.
///
/// The list at the end says what there is; where an entry's bytes begin only its own header says,
/// which torch.save pads. Every place is checked against the file.
struct ZipDirectory {
  /// Bytes of each entry within the archive.
  private(set) var entries: [String: Range<Int>] = [:]

  private let file: UnsafeRawBufferPointer

  init(_ file: UnsafeRawBufferPointer) throws(TorchFault) {
    self.file = file
    let directory = try Self.directory(of: file)
    guard directory.count <= Self.mostEntries else {
      throw .tooMany("entries", limit: Self.mostEntries)
    }
    var cursor = ByteCursor(file, at: directory.start)
    for _ in 0..<directory.count {
      let entry = try Self.entry(&cursor)
      guard entries.updateValue(try place(of: entry), forKey: entry.name) == nil else {
        throw .notAnArchive("it holds \(entry.name.quoted) twice")
      }
    }
  }

  private struct Entry {
    let name: String
    let size: Int
    let header: Int
  }

  // MARK: The list at the end

  private static let mostEntries = 1 << 18
  private static let endSize = 22
  private static let entrySize = 46
  private static let longestComment = 65_535

  private static func directory(of file: UnsafeRawBufferPointer) throws(TorchFault)
    -> (start: Int, count: Int)
  {
    let end = try endRecord(of: file)
    var cursor = ByteCursor(file, at: end + 10)
    var count = Int(try cursor.number(UInt16.self))
    var size = Int(try cursor.number(UInt32.self))
    var start = Int(try cursor.number(UInt32.self))
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      (count, size, start) = try longDirectory(of: file, before: end)
    }
    guard start <= end, size <= end - start, count <= size / entrySize else {
      throw .notAnArchive("its list of entries lies outside of it")
    }
    return (start, count)
  }

  /// Where the end record begins.
  private static func endRecord(of file: UnsafeRawBufferPointer) throws(TorchFault) -> Int {
    let last = file.count - endSize
    var place = last
    while place >= 0, place >= last - longestComment {
      if file.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian == 0x0605_4B50 {
        return place
      }
      place -= 1
    }
    throw .notAnArchive("the list of its entries is missing at its end")
  }

  /// The ZIP64 record of archives that are too large for the usual one.
  private static func longDirectory(of file: UnsafeRawBufferPointer, before end: Int)
    throws(TorchFault) -> (count: Int, size: Int, start: Int)
  {
    let damage = TorchFault.notAnArchive("its ZIP64 record is damaged")
    guard end >= 20 else { throw damage }
    var cursor = ByteCursor(file, at: end - 20)
    guard try cursor.number(UInt32.self) == 0x0706_4B50 else { throw damage }
    _ = try cursor.number(UInt32.self)
    let place = try cursor.number(UInt64.self)
    guard place <= UInt64(end) else { throw damage }
    cursor = ByteCursor(file, at: Int(place))
    guard try cursor.number(UInt32.self) == 0x0606_4B50 else { throw damage }
    _ = try cursor.skip(28)
    let values = [
      try cursor.number(UInt64.self), try cursor.number(UInt64.self),
      try cursor.number(UInt64.self),
    ].compactMap { Int(exactly: $0) }
    guard values.count == 3 else { throw damage }
    return (values[0], values[1], values[2])
  }

  // MARK: Entries

  private static func entry(_ cursor: inout ByteCursor) throws(TorchFault) -> Entry {
    guard try cursor.number(UInt32.self) == 0x0201_4B50 else {
      throw .notAnArchive("its list of entries is damaged")
    }
    _ = try cursor.skip(4)
    let flags = try cursor.number(UInt16.self)
    let method = try cursor.number(UInt16.self)
    _ = try cursor.skip(8)
    var packed = UInt64(try cursor.number(UInt32.self))
    var size = UInt64(try cursor.number(UInt32.self))
    let nameLength = Int(try cursor.number(UInt16.self))
    let extraLength = Int(try cursor.number(UInt16.self))
    let commentLength = Int(try cursor.number(UInt16.self))
    _ = try cursor.skip(8)
    var header = UInt64(try cursor.number(UInt32.self))
    let name = cursor.bytes.text(try cursor.skip(nameLength))
    let extra = try cursor.skip(extraLength)
    _ = try cursor.skip(commentLength)

    guard flags & 1 == 0 else { throw .packedEntry(name, method: "encrypted") }
    guard method == 0 else { throw .packedEntry(name, method: "compressed") }
    if [packed, size, header].contains(0xFFFF_FFFF) {
      try readLong(
        UnsafeRawBufferPointer(rebasing: cursor.bytes[extra]), &size, &packed, &header)
    }
    guard packed == size, let size = Int(exactly: size), let header = Int(exactly: header) else {
      throw .notAnArchive("the size of \(name.quoted) is impossible")
    }
    return Entry(name: name, size: size, header: header)
  }

  /// Takes what did not fit into 32 bits from an entry's extra field.
  private static func readLong(
    _ extra: UnsafeRawBufferPointer, _ size: inout UInt64, _ packed: inout UInt64,
    _ header: inout UInt64
  ) throws(TorchFault) {
    var cursor = ByteCursor(extra)
    while cursor.remaining >= 4 {
      let kind = try cursor.number(UInt16.self)
      let field = try cursor.skip(Int(try cursor.number(UInt16.self)))
      guard kind == 1 else { continue }
      var values = ByteCursor(UnsafeRawBufferPointer(rebasing: extra[field]))
      if size == 0xFFFF_FFFF { size = try values.number(UInt64.self) }
      if packed == 0xFFFF_FFFF { packed = try values.number(UInt64.self) }
      if header == 0xFFFF_FFFF { header = try values.number(UInt64.self) }
      return
    }
  }

  /// Where an entry's bytes are, by its own header.
  private func place(of entry: Entry) throws(TorchFault) -> Range<Int> {
    let damage = TorchFault.notAnArchive("\(entry.name.quoted) lies outside of it")
    guard entry.header <= file.count - 30 else { throw damage }
    var cursor = ByteCursor(file, at: entry.header)
    guard try cursor.number(UInt32.self) == 0x0403_4B50 else {
      throw .notAnArchive("the header of \(entry.name.quoted) is damaged")
    }
    _ = try cursor.skip(22)
    let lengths = [try cursor.number(UInt16.self), try cursor.number(UInt16.self)]
    let start = cursor.position + Int(lengths[0]) + Int(lengths[1])
    guard start <= file.count, entry.size <= file.count - start else { throw damage }
    return start..<start + entry.size
  }
}
