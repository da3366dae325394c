/// Recognises what people have on disk under the name of weights.
enum FileKind {
  /// - Returns: Nothing if the file may be damaged safetensors.
  static func fault(of file: UnsafeRawBufferPointer) -> SafetensorsFault? {
    if file.isEmpty { return .empty }
    if file.starts(with: "version https://git-lfs".utf8) { return .gitPointer }
    // A zip archive, or pickle protocols 2 to 5.
    if file.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .pickle }
    if file.count >= 2, file[0] == 0x80, (2...5).contains(file[1]) { return .pickle }
    let beginning = file.prefix(512)
    guard file.count >= 8, beginning.prefix(8).allSatisfy(isText) else { return nil }
    let text = String(decoding: beginning.prefix(while: isText), as: UTF8.self)
      .trimmingPrefix(while: \.isWhitespace)
    if text.hasPrefix("<") { return .webPage }
    return .text(String(text.prefix(40)))
  }

  /// Printable, a blank or part of a UTF-8 character.
  private static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || [0x09, 0x0A, 0x0D].contains(byte)
  }
}
