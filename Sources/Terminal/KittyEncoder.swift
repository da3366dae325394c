import Foundation
public import Tensors

/// Pictures for the kitty graphics protocol: raw RGB in base64, in chunks.
public enum KittyEncoder {
  /// "A payload can have at most 4096 bytes": kitty's description, "Remote client".
  private static let chunkLength = 4096

  /// Draws at the cursor, pixel for pixel, and asks for no answer.
  public static func encode(_ image: PixelImage) -> [UInt8] {
    let payload = Data(image.bytes).base64EncodedData()
    var out: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + chunkLength, payload.count)
      let first = start == 0 ? "a=T,f=24,s=\(image.width),v=\(image.height),q=2," : ""
      out += "\u{1B}_G\(first)m=\(end < payload.count ? 1 : 0);".utf8
      out += payload[start..<end]
      out += "\u{1B}\\".utf8
      start = end
    } while start < payload.count
    return out
  }
}
