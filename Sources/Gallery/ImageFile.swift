import CImageCodecs
public import Foundation
public import Tensors

/// How large a picture may be; checked before memory is taken for it.
public struct ImageLimits: Sendable, Equatable {
  /// Pixels, each of width and height.
  public var side: Int
  /// Width times height.
  public var pixels: Int

  /// 32768 pixels a side and 268 million in all, which is 805 MB unpacked.
  public static let standard = ImageLimits(side: 32768, pixels: 1 << 28)

  public init(side: Int, pixels: Int) {
    self.side = side
    self.pixels = pixels
  }
}

/// Reads pictures, told apart by their content and not by their names.
public enum ImageFile {
  public enum Format: String, Sendable, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    case webp = "WebP"
  }

  /// The most bytes that are read of a file.
  private static let fileLimit = 512 << 20

  /// The format that the first bytes announce, if it is one we read.
  public static func format(of bytes: Data) -> Format? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return .webp
    }
    return nil
  }

  /// Reads a picture from a file.
  ///
  /// - Throws: ``ImageError`` if the file cannot be read or is no sound picture.
  public static func decode(_ file: URL, limits: ImageLimits = .standard)
    throws(ImageError) -> PixelImage
  {
    try decode(bytes(of: file), named: file.path, limits: limits)
  }

  /// Reads a picture from memory.
  ///
  /// Alpha is composited on white, a JPEG is turned as its EXIF orientation says. `name` is what an
  /// error calls the picture.
  ///
  /// - Throws: ``ImageError`` if the bytes are no sound picture or it is beyond `limits`.
  public static func decode(
    _ bytes: Data, named name: String = "picture", limits: ImageLimits = .standard
  ) throws(ImageError) -> PixelImage {
    guard let format = format(of: bytes) else {
      throw .unknownFormat(file: name, found: kind(of: bytes))
    }
    let decode =
      switch format {
      case .png: px_png_decode
      case .jpeg: px_jpeg_decode
      case .webp: px_webp_decode
      }
    let limit = px_image_limits(
      side: UInt32(clamping: limits.side), pixels: UInt64(clamping: limits.pixels))
    var image = px_image()
    defer { px_image_free(&image) }
    let (status, message) = callCodec { message in
      bytes.withUnsafeBytes { raw in
        decode(raw.bindMemory(to: UInt8.self).baseAddress, raw.count, limit, &image, message)
      }
    }
    let (width, height) = (Int(image.width), Int(image.height))
    switch status {
    case PX_IMAGE_OK:
      let pixels = UnsafeBufferPointer(start: image.rgb, count: width * height * 3)
      return PixelImage(width: width, height: height, bytes: Array(pixels))
    case PX_IMAGE_UNSUPPORTED: throw .unsupported(file: name, format: format, found: message)
    case PX_IMAGE_TOO_LARGE:
      throw .tooLarge(file: name, width: width, height: height, limits: limits)
    case PX_IMAGE_NO_MEMORY: throw .noMemory(file: name, width: width, height: height)
    default: throw .damaged(file: name, format: format, found: message)
    }
  }

  /// Everything in a file that begins like a picture.
  static func bytes(of file: URL) throws(ImageError) -> Data {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(file: file.path, reason: systemMessage())
    }
    defer { close(descriptor) }
    var data = Data()
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(file: file.path, reason: systemMessage()) }
      if count == 0 { return data }
      data.append(contentsOf: chunk[..<count])
      // Without this check a device such as /dev/zero would be read to the limit.
      if data.count >= 16, format(of: data) == nil {
        throw .unknownFormat(file: file.path, found: kind(of: data))
      }
      guard data.count <= fileLimit else {
        throw .fileTooLarge(file: file.path, limit: fileLimit)
      }
    }
  }

  /// What bytes seem to be, as an error says it.
  static func kind(of bytes: Data) -> String {
    let others: [(offset: Int, magic: String, kind: String)] = [
      (0, "GIF8", "a GIF"), (0, "BM", "a BMP"), (0, "II*\0", "a TIFF"), (0, "MM\0*", "a TIFF"),
      (4, "ftypavif", "an AVIF"), (4, "ftyp", "a HEIF or a video"), (0, "%PDF", "a PDF"),
      (0, "<svg", "an SVG"), (0, "<?xml", "an XML file"),
    ]
    if bytes.isEmpty { return "empty" }
    if let format = format(of: bytes) { return "a \(format.rawValue)" }
    for other in others where bytes.dropFirst(other.offset).starts(with: Array(other.magic.utf8)) {
      return other.kind
    }
    let first = bytes.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
    return "a file of an unknown kind (it begins with \(first))"
  }
}

/// Calls into the codecs with room for their message and gives back both answers.
func callCodec(_ body: (UnsafeMutablePointer<CChar>) -> px_image_status) -> (
  status: px_image_status, message: String
) {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PX_IMAGE_MESSAGE_SIZE)) { buffer in
    buffer.initialize(repeating: 0)
    guard let message = buffer.baseAddress else { return (PX_IMAGE_NO_MEMORY, "") }
    let status = body(message)
    return (status, String(cString: message))
  }
}

/// What the system said of the call that just failed.
package func systemMessage(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
