extension ScalarText {
  /// Plus signs as spaces and `%xx` as the bytes of UTF-8, as Python's `unquote_plus`.
  ///
  /// Bytes that are no UTF-8 become replacement characters; a percent sign without two
  /// hexadecimal digits stays.
  var decodedFromURL: ScalarText {
    var text = self
    text.replaceEach(of: "+", with: " ")
    guard text.contains("%") else { return text }
    var result: ScalarText = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index].isASCII else {
        result.append(text[index])
        index += 1
        continue
      }
      // Only what is ASCII itself is decoded together.
      let end = text[index...].firstIndex { !$0.isASCII } ?? text.count
      let bytes = text[index..<end].percentDecoded
      result += String(decoding: bytes, as: UTF8.self).unicodeScalars.map { TextScalar($0) }
      index = end
    }
    return result
  }
}

extension ArraySlice<TextScalar> {
  /// The bytes of ASCII text in which `%xx` stands for one.
  fileprivate var percentDecoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var index = startIndex
    while index < endIndex {
      if self[index] == "%", index + 2 < endIndex, let high = self[index + 1].hexadecimal,
        let low = self[index + 2].hexadecimal
      {
        bytes.append(UInt8(high << 4 | low))
        index += 3
      } else {
        bytes.append(UInt8(truncatingIfNeeded: self[index].value))
        index += 1
      }
    }
    return bytes
  }
}
