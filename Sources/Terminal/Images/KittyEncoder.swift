import Foundation
public import Tensors

/// Pictures for the kitty graphics protocol: raw RGB in base64, in chunks.
public enum KittyEncoder {
  /// "A payload can have at most 4096 bytes": kitty's description, "Remote client".
  private static let chunkLength = 4096

  /// Draws at the cursor, pixel for pixel, and asks for no answer.
  public static func encode(_ image: PixelImage) -> [UInt8] { encode(image, keys: "") }

  /// Draws at the cursor, stretched over cells, and leaves the cursor where it is.
  ///
  /// - Parameter id: Of the picture, for ``delete(id:)``; not 0.
  static func encode(_ image: PixelImage, id: UInt32, columns: Int, rows: Int) -> [UInt8] {
    encode(image, keys: "i=\(id),c=\(columns),r=\(rows),C=1,")
  }

  /// Takes a picture off the screen and out of the terminal's memory.
  static func delete(id: UInt32) -> [UInt8] { Array("\u{1B}_Ga=d,d=I,i=\(id),q=2\u{1B}\\".utf8) }

  private static func encode(_ image: PixelImage, keys: String) -> [UInt8] {
    let payload = Data(image.bytes).base64EncodedData()
    var out: [UInt8] = []
    var start = 0
    repeat {
      let end = min(start + chunkLength, payload.count)
      let first = start == 0 ? "a=T,f=24,s=\(image.width),v=\(image.height),q=2,\(keys)" : ""
      out += "\u{1B}_G\(first)m=\(end < payload.count ? 1 : 0);".utf8
      out += payload[start..<end]
      out += "\u{1B}\\".utf8
      start = end
    } while start < payload.count
    return out
  }
}
