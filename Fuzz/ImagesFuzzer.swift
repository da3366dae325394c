import CImageCodecs
import Foundation
@testable import Gallery
import Tensors

/// What the driver calls: the same bytes as a picture and as a picture's recipe, of a PNG also with
/// right checksums.
///
/// Anything may be refused; a crash, a read beyond the bytes, a hang or too much memory is a finding.
///
/// - Returns: What a picture may take beyond its file: a dozen bytes a pixel that its header tells of,
///   if it keeps to the limits.
@_cdecl("pixart_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  guard let bytes else { return 0 }
  var data = Data(bytes: bytes, count: count)
  let pixels = read(data)
  guard ImageFile.format(of: data) == .png else { return bytesPerPixel * pixels }
  setChecksums(&data)
  return bytesPerPixel * max(pixels, read(data))
}

/// - Returns: How many pixels memory is taken for.
private func read(_ data: Data) -> Int {
  let pixels = data.withUnsafeBytes { raw in
    measure(raw.bindMemory(to: UInt8.self).baseAddress, raw.count, ImageFile.format(of: data))
  }
  do throws(ImageError) {
    let image = try ImageFile.decode(data, limits: ImageLimits(side: side, pixels: most))
    precondition(image.width * image.height == pixels)
  } catch {
    precondition(!error.description.isEmpty)
  }
  let metadata = PictureMetadata(data)
  precondition(metadata.faults.allSatisfy { !$0.isEmpty })
  return pixels
}

/// Makes the checksums of a PNG's chunks right: behind wrong ones libpng looks at nothing.
private func setChecksums(_ png: inout Data) {
  var place = 8
  while place + 12 <= png.count {
    let length = png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = place + 8 + length
    guard end + 4 <= png.count else { return }
    let sum = CRC32.checksum(Array(png[place + 4..<end]))
    for byte in 0..<4 { png[end + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * byte)) }
    place = end + 4
  }
}

/// Small, so that flat pictures of many pixels do not take the time of many others.
private let (side, most) = (512, 1 << 16)
private let bytesPerPixel = 12

/// What the codec takes memory for.
private func measure(_ bytes: UnsafePointer<UInt8>?, _ count: Int, _ format: ImageFile.Format?)
  -> Int
{
  guard let format else { return 0 }
  let decode =
    switch format {
    case .png: px_png_decode
    case .jpeg: px_jpeg_decode
    case .webp: px_webp_decode
    }
  var image = px_image()
  defer { px_image_free(&image) }
  let limits = px_image_limits(side: UInt32(side), pixels: UInt64(most))
  let (status, message) = callCodec { decode(bytes, count, limits, &image, $0) }
  precondition(status == PX_IMAGE_OK || !message.isEmpty, "a fault without a word")
  return status == PX_IMAGE_TOO_LARGE ? 0 : Int(image.width) * Int(image.height)
}
