package import Tensors

/// The tensors of one safetensors file, where they lie in memory.
///
/// Everything the header says is checked against the file before any tensor is handed out: the
/// data must be covered without overlap, hole or rest, as the format demands.
package struct Safetensors {
  /// The format's own limit.
  package static let headerLimit = 100_000_000

  package private(set) var tensors: [String: StoredTensor] = [:]
  package private(set) var unusable: [String: UnusableTensor] = [:]
  /// Of the unusable ones, by name.
  private(set) var unusableBytes: [String: UnsafeRawBufferPointer] = [:]
  /// The file up to its first tensor's bytes.
  let header: UnsafeRawBufferPointer

  /// Maps a file; its weights are not read.
  package init(mapping path: String) throws(SafetensorsFault) {
    let file: MappedFile
    do throws(FileFault) { file = try MappedFile(path) } catch { throw .unopened(error) }
    try self.init(file.bytes, owner: file)
  }

  /// - Parameter owner: Keeps `file` alive.
  package init(_ file: UnsafeRawBufferPointer, owner: any AnyObject & Sendable)
    throws(SafetensorsFault)
  {
    let text = try Self.header(of: file)
    let dataStart = 8 + text.count
    header = UnsafeRawBufferPointer(rebasing: file[..<dataStart])
    let entries: [SafetensorsHeader.Entry]
    do throws(JSONFault) {
      entries = try SafetensorsHeader(text).entries
    } catch {
      throw .badHeader(error)
    }
    for entry in entries { try Self.checkSize(entry) }
    try Self.checkCover(entries, fileBytes: file.count, dataStart: dataStart)
    tensors.reserveCapacity(entries.count)
    for entry in entries {
      guard let format = NumberFormat(rawValue: entry.format), entry.shape.count <= 4 else {
        unusable[entry.name] = UnusableTensor(
          name: entry.name, format: entry.format, dimensions: entry.shape)
        unusableBytes[entry.name] = UnsafeRawBufferPointer(
          rebasing: file[dataStart + entry.begin..<dataStart + entry.end])
        continue
      }
      tensors[entry.name] = StoredTensor(
        name: entry.name, shape: Shape(entry.shape.isEmpty ? [1] : entry.shape), format: format,
        bytes: file.start + dataStart + entry.begin, owner: owner)
    }
  }

  private static func header(of file: UnsafeRawBufferPointer) throws(SafetensorsFault)
    -> UnsafeRawBufferPointer
  {
    let hasOpeningBrace = file.count > 8 && file[8] == UInt8(ascii: "{")
    if !hasOpeningBrace, let fault = FileKind.fault(of: file) { throw fault }
    guard file.count >= 8 else { throw .tooShort(bytes: file.count) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= headerLimit else {
      throw .headerTooLong(bytes: length, limit: headerLimit)
    }
    let available = file.count - 8
    guard length <= available else {
      throw .headerPastEnd(bytes: Int(length), available: available)
    }
    return UnsafeRawBufferPointer(rebasing: file[8..<8 + Int(length)])
  }

  private static func checkSize(_ entry: SafetensorsHeader.Entry) throws(SafetensorsFault) {
    guard let bits = bitsPerNumber[entry.format] else {
      throw .unknownFormat(tensor: entry.name, format: entry.format)
    }
    guard entry.begin <= entry.end else {
      throw .backwards(tensor: entry.name, begin: entry.begin, end: entry.end)
    }
    // Without its zeros, so that the extents of an empty tensor cannot overflow `Shape` either.
    var size = bits
    for extent in entry.shape where extent != 0 {
      let (product, overflowed) = size.multipliedReportingOverflow(by: extent)
      if overflowed { throw .tooLarge(tensor: entry.name, shape: entry.shape) }
      size = product
    }
    if entry.shape.contains(0) { size = 0 }
    let needed = size / 8
    guard size % 8 == 0, entry.end - entry.begin == needed else {
      throw .wrongSize(
        tensor: entry.name, format: entry.format, shape: entry.shape, needed: needed,
        found: entry.end - entry.begin)
    }
  }

  private static func checkCover(
    _ entries: [SafetensorsHeader.Entry], fileBytes: Int, dataStart: Int
  ) throws(SafetensorsFault) {
    var covered = 0
    var previous = ""
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      if entry.begin < covered {
        throw .overlap(
          tensor: entry.name, begin: entry.begin, previous: previous, end: covered)
      }
      if entry.begin > covered {
        throw .hole(tensor: entry.name, begin: covered, end: entry.begin)
      }
      (covered, previous) = (entry.end, entry.name)
    }
    let (needed, overflowed) = dataStart.addingReportingOverflow(covered)
    if overflowed || needed > fileBytes {
      throw .truncated(bytes: fileBytes, needed: overflowed ? .max : needed)
    }
    if needed < fileBytes { throw .trailing(bytes: fileBytes, needed: needed) }
  }

  private static let bitsPerNumber: [String: Int] = [
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8,
    "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
  ]
}

extension UnsafeRawBufferPointer {
  /// For buffers that are known not to be empty.
  fileprivate var start: UnsafeRawPointer {
    guard let base = baseAddress else { preconditionFailure("a file of 0 bytes has no start") }
    return base
  }
}
