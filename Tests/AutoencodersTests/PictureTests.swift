import Tensors
import TestSupport
import Testing

@testable import Autoencoders

@Suite struct PictureTests {
  /// `png_levels` of the golden case m-ops; its reader knows no bytes, so they stand here.
  @Test func roundsHalvesToEven() throws {
    let golden = try Golden("m-ops")
    let levels = try golden.floats("png_input").map(Picture.level)
    #expect(levels == [0, 0, 2, 2, 126, 128, 254, 255, 26, 178])
  }

  @Test func clampsAndSurvivesNotANumber() {
    let picture = Picture(height: 1, width: 2, values: [-3, 3, .nan, 0, -.infinity, .infinity])
    #expect(picture.pixelImage.bytes == [0, 0, 0, 255, 128, 255])
  }

  @Test func everyLevelSurvivesTheWayThere() {
    let bytes: [UInt8] = (0..<256).flatMap { [UInt8($0), UInt8(255 - $0), UInt8(7)] as [UInt8] }
    let image = PixelImage(width: 16, height: 16, bytes: bytes)
    #expect(Picture(image).pixelImage == image)
    #expect(Picture(image).values[0] == -1)
    #expect(Picture(image).values[255] == 1)
  }

  @Test(arguments: [(13, 19), (20, 38), (25, 36), (26, 30), (26, 38), (31, 7), (40, 60), (64, 50)])
  func resizesAndCropsAsDiffusers(height: Int, width: Int) throws {
    let golden = try Golden("a-sigma/resize")
    let source = try golden.pictures("source")[0]
    let resized = source.resizedAndCropped(height: height, width: width)
    #expect(resized.height == height && resized.width == width)
    try golden.expect("to_\(height)x\(width)", resized.values)
  }
}
