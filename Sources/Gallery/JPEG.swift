import CImageCodecs
public import Foundation
public import Tensors

/// Writes JPEG files, for small copies whose exact pixels do not matter.
public enum JPEG {
  /// - Parameter quality: 1...100.
  /// - Throws: ``ImageError/notEncoded(width:height:found:)`` if memory does not suffice.
  public static func encode(_ image: PixelImage, quality: Int) throws(ImageError) -> Data {
    precondition((1...100).contains(quality), "no JPEG of quality \(quality)")
    var jpeg: UnsafeMutablePointer<UInt8>?
    var count = 0
    defer { free(jpeg) }
    let (status, message) = callCodec { message in
      px_jpeg_encode(
        image.bytes, UInt32(image.width), UInt32(image.height), Int32(quality), &jpeg, &count,
        message)
    }
    guard status == PX_IMAGE_OK, let jpeg else {
      throw .notEncoded(width: image.width, height: image.height, found: message)
    }
    return Data(bytes: jpeg, count: count)
  }
}
