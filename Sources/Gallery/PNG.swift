import CImageCodecs
public import Foundation
public import Tensors

/// One text of a PNG, such as `parameters`.
public struct PNGText: Sendable, Equatable {
  /// 1 to 79 printable ASCII characters.
  public let keyword: String
  public let text: String
  /// Whether it is stored as iTXt (UTF-8) even where tEXt (Latin-1) could hold it.
  public let isUTF8: Bool

  public init(keyword: String, text: String, isUTF8: Bool = false) {
    precondition(
      (1...79).contains(keyword.utf8.count) && keyword.utf8.allSatisfy { (32...126).contains($0) },
      "'\(keyword)' cannot be the keyword of a PNG text")
    self.keyword = keyword
    self.text = text
    self.isUTF8 = isUTF8
  }
}

/// Writes PNG files and reads their texts.
public enum PNG {
  /// The longest chunk of text that libpng takes, and the longest text it inflates one to, in bytes.
  static let textLimit = 8_000_000

  /// An 8-bit RGB PNG with its texts before the pixels.
  ///
  /// A text that Latin-1 cannot hold is stored as iTXt, which is what other programs expect; so is one
  /// with control characters, which PNG discourages in tEXt and readers there take for other things. No
  /// text can hold U+0000; it is left out.
  ///
  /// - Throws: ``ImageError/notEncoded(width:height:found:)`` if memory does not suffice.
  public static func encode(_ image: PixelImage, texts: [PNGText] = []) throws(ImageError) -> Data {
    let table = TextTable(texts)
    var png: UnsafeMutablePointer<UInt8>?
    var count = 0
    defer { free(png) }
    let (status, message) = callCodec { message in
      table.withCTexts { texts in
        px_png_encode(
          image.bytes, UInt32(image.width), UInt32(image.height), texts, texts.count, &png, &count,
          message)
      }
    }
    guard status == PX_IMAGE_OK, let png else {
      throw .notEncoded(width: image.width, height: image.height, found: message)
    }
    return Data(bytes: png, count: count)
  }

  /// All texts of a PNG, in the file's order; `name` is what an error calls the picture.
  ///
  /// - Throws: ``ImageError`` if the bytes are no PNG or it is damaged, its texts included.
  public static func texts(in bytes: Data, named name: String = "picture")
    throws(ImageError) -> [PNGText]
  {
    guard ImageFile.format(of: bytes) == .png else {
      throw .notPNG(file: name, found: ImageFile.kind(of: bytes))
    }
    var found = Found()
    let (status, message) = callCodec { message in
      bytes.withUnsafeBytes { raw in
        withUnsafeMutablePointer(to: &found) { found in
          px_png_read_texts(
            raw.bindMemory(to: UInt8.self).baseAddress, raw.count, found,
            { context, text in
              guard let context, let text = text?.pointee else { return }
              context.assumingMemoryBound(to: Found.self).pointee.add(text)
            }, message)
        }
      }
    }
    guard status == PX_IMAGE_OK else {
      throw .damaged(file: name, format: .png, found: message)
    }
    return found.texts
  }

  /// Texts as C strings that lie end to end in one buffer.
  private struct TextTable {
    private var characters: [UInt8] = []
    private var starts: [(keyword: Int, text: Int, utf8: Bool)] = []

    init(_ texts: [PNGText]) {
      for text in texts {
        let scalars = text.text.unicodeScalars.filter { $0 != "\0" }
        let utf8 = text.isUTF8 || !scalars.allSatisfy(Self.isPlainLatin1)
        let keyword = append(text.keyword.utf8)
        let start =
          utf8 ? append(String(scalars).utf8) : append(scalars.map { UInt8($0.value) })
        starts.append((keyword, start, utf8))
      }
    }

    private static func isPlainLatin1(_ scalar: Unicode.Scalar) -> Bool {
      scalar == "\n" || (0x20...0x7E).contains(scalar.value) || (0xA0...0xFF).contains(scalar.value)
    }

    private mutating func append(_ string: some Sequence<UInt8>) -> Int {
      let start = characters.count
      characters += string
      characters.append(0)
      return start
    }

    func withCTexts<R>(_ body: ([px_png_text]) -> R) -> R {
      characters.withUnsafeBytes { raw in
        let base = raw.bindMemory(to: CChar.self).baseAddress
        return body(
          starts.map {
            px_png_text(
              keyword: base?.advanced(by: $0.keyword), text: base?.advanced(by: $0.text),
              utf8: $0.utf8)
          })
      }
    }
  }

  /// What `px_png_read_texts` hands over.
  private struct Found {
    var texts: [PNGText] = []

    mutating func add(_ text: px_png_text) {
      let keyword = String(cString: text.keyword)
      // libpng lets a Latin-1 keyword pass; none of those is of use to us.
      guard keyword.utf8.allSatisfy({ (32...126).contains($0) }), !keyword.isEmpty else { return }
      texts.append(PNGText(keyword: keyword, text: string(text), isUTF8: text.utf8))
    }

    private func string(_ text: px_png_text) -> String {
      if text.utf8 { return String(cString: text.text) }
      let bytes = UnsafeBufferPointer(start: text.text, count: strlen(text.text))
      return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar(UInt8(bitPattern: $0)) }))
    }
  }
}
