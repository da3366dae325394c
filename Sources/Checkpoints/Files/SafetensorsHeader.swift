/// The header of a safetensors file as it is written there, read but not yet believed.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let format: String
    let shape: [Int]
    /// Bytes from the end of the header on.
    let begin: Int
    let end: Int
  }

  /// PixArt with its text encoder has about a thousand; the limit bounds memory.
  static let tensorLimit = 65_536
  private static let rankLimit = 32
  private static let metadataLimit = 65_536

  let entries: [Entry]

  init(_ text: UnsafeRawBufferPointer) throws(JSONFault) {
    var entries: [Entry] = []
    var names: Set<String> = []
    // The format allows white space after the object only.
    guard text.first == UInt8(ascii: "{") else {
      throw .unexpected(found: "another byte", needed: "'{'", at: 0)
    }
    var reader = try JSONReader(text)
    try reader.object { (reader, name, at) throws(JSONFault) in
      guard names.insert(name).inserted else { throw .duplicateKey(name, at: at) }
      guard name != "__metadata__" else { return try Self.checkMetadata(&reader) }
      guard entries.count < Self.tensorLimit else {
        throw .tooMany("tensors", limit: Self.tensorLimit, at: at)
      }
      entries.append(try Self.entry(name, &reader))
    }
    try reader.end()
    self.entries = entries
  }

  private static func entry(_ name: String, _ reader: inout JSONReader) throws(JSONFault) -> Entry {
    var format: String?
    var shape: [Int]?
    var offsets: [Int]?
    try reader.object { (reader, key, at) throws(JSONFault) in
      let isNew: Bool
      switch key {
      case "dtype":
        isNew = format == nil
        format = try reader.string()
      case "shape":
        isNew = shape == nil
        shape = try counts(&reader, limit: rankLimit)
      case "data_offsets":
        isNew = offsets == nil
        offsets = try counts(&reader, limit: 2)
      default:
        isNew = true
        try reader.skip()
      }
      guard isNew else { throw .duplicateKey(key, at: at) }
    }
    guard let format, let shape, let offsets, offsets.count == 2 else {
      throw .unexpected(
        found: "the end of \(name.quoted)",
        needed: "all of dtype, shape and two data_offsets", at: reader.place - 1)
    }
    return Entry(name: name, format: format, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private static func counts(_ reader: inout JSONReader, limit: Int) throws(JSONFault) -> [Int] {
    var counts: [Int] = []
    try reader.array { (reader) throws(JSONFault) in
      guard counts.count < limit else {
        throw .tooMany("numbers in one list", limit: limit, at: reader.place)
      }
      counts.append(try reader.count())
    }
    return counts
  }

  /// Text to text; nothing in it matters to us.
  private static func checkMetadata(_ reader: inout JSONReader) throws(JSONFault) {
    var keys: Set<String> = []
    try reader.object { (reader, key, at) throws(JSONFault) in
      guard keys.insert(key).inserted else { throw .duplicateKey(key, at: at) }
      guard keys.count <= metadataLimit else {
        throw .tooMany("notes", limit: metadataLimit, at: at)
      }
      try reader.skipString()
    }
  }
}
