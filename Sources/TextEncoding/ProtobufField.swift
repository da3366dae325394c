/// One field of a message in the wire format of Protocol Buffers.
struct ProtobufField {
  enum Value {
    case varint(UInt64)
    case fixed64
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  let number: Int
  let value: Value
  /// The field as it stands in the message, key included.
  let raw: ArraySlice<UInt8>

  /// All fields of a message in their order; groups, which nobody writes any more, are refused.
  static func all(
    in message: ArraySlice<UInt8>
  ) throws(SentencePieceFile.Damage) -> [ProtobufField] {
    var fields: [ProtobufField] = []
    var rest = message
    while !rest.isEmpty {
      let start = rest.startIndex
      let key = try varint(&rest)
      let number = key >> 3
      guard (1...0x1FFF_FFFF).contains(number) else {
        throw SentencePieceFile.Damage("field number \(number) at byte \(start) is not allowed")
      }
      let value: Value
      switch key & 7 {
      case 0: value = .varint(try varint(&rest))
      case 1:
        _ = try take(8, from: &rest)
        value = .fixed64
      case 2: value = .bytes(try take(try varint(&rest), from: &rest))
      case 5:
        let bytes = try take(4, from: &rest)
        value = .fixed32(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
      default:
        throw SentencePieceFile.Damage("byte \(start) begins no field")
      }
      fields.append(
        ProtobufField(number: Int(number), value: value, raw: message[start..<rest.startIndex]))
    }
    return fields
  }

  private static func varint(
    _ rest: inout ArraySlice<UInt8>
  ) throws(SentencePieceFile.Damage) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw SentencePieceFile.Damage(
      "a number ends early or is too long, before byte \(rest.startIndex)")
  }

  private static func take(
    _ count: UInt64, from rest: inout ArraySlice<UInt8>
  ) throws(SentencePieceFile.Damage) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else {
      throw SentencePieceFile.Damage(
        "\(count) bytes are announced at byte \(rest.startIndex), \(rest.count) are there")
    }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
