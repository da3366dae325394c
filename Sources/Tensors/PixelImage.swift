/// A picture of 8-bit sRGB pixels, three bytes each, row by row from the top left.
public struct PixelImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  public var bytes: [UInt8]

  public init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(
      bytes.count == width * height * 3, "\(bytes.count) bytes for \(width)x\(height) RGB pixels")
    self.width = width
    self.height = height
    self.bytes = bytes
  }
}
