import Tensors
import Testing

@testable import Conditioning

@Suite struct FittingTests {
  /// Pillow's `resize` by torchvision's rule for the shorter side, then its centre crop; sums of the
  /// bytes by a rule, the first pixel and the last.
  @Test(arguments: [
    (37, 23, 16, 16, 794_279_048, [186, 49, 97] as [UInt8], [152, 70, 141] as [UInt8]),
    (23, 37, 16, 24, 60_293_850, [18, 89, 160], [32, 95, 166]),
    (10, 10, 32, 32, 823_788_475, [0, 71, 142], [197, 12, 83]),
    (64, 48, 20, 16, 40_068_496, [72, 139, 164], [92, 151, 154]),
    (16, 16, 16, 16, 840_841_976, [0, 71, 142], [236, 51, 122]),
    (101, 20, 8, 8, 454_006_212, [111, 98, 160], [125, 170, 95]),
  ])
  func agreesWithPillow(
    _ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int, _ sum: Int,
    _ first: [UInt8], _ last: [UInt8]
  ) {
    let fitted = Formula.picture(width: width, height: height)
      .fitted(width: newWidth, height: newHeight)
    #expect(fitted.width == newWidth && fitted.height == newHeight)
    #expect(Array(fitted.bytes.prefix(3)) == first && Array(fitted.bytes.suffix(3)) == last)
    #expect(fitted.bytes.reduce(0) { ($0 * 31 + Int($1)) % 1_000_000_007 } == sum)
  }

  /// Where the app would fill with black: white stays white.
  @Test(arguments: [(30, 20, 8, 16), (20, 30, 16, 8), (17, 16, 16, 16), (40, 1, 4, 12)])
  func coversTheWholeSize(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) {
    let white = PixelImage(
      width: width, height: height, bytes: [UInt8](repeating: 255, count: 3 * width * height))
    let fitted = white.fitted(width: newWidth, height: newHeight)
    #expect(fitted.bytes == [UInt8](repeating: 255, count: 3 * newWidth * newHeight))
  }

  /// A line of pixels a mile long takes no more memory than it needs.
  @Test func takesPicturesOfAnyShape() {
    for (width, height) in [(32768, 1), (1, 32768)] {
      let fitted = PixelImage(
        width: width, height: height, bytes: [UInt8](repeating: 7, count: 3 * 32768)
      ).fitted(width: 64, height: 48)
      #expect(fitted.bytes == [UInt8](repeating: 7, count: 3 * 64 * 48))
    }
  }

  // MARK: Maps

  @Test func takesAMapByItsBrightness() {
    let map = EdgeMap(
      brightnessOf: PixelImage(
        width: 4, height: 1, bytes: [0, 0, 0, 255, 255, 255, 255, 0, 0, 51, 51, 51]))
    // 255 · 0.299 is 76.2.
    #expect(map.values == [0, 1, 76 / 255, 0.2])
    #expect(map.strengthened(by: 2).values == [0, 2, 2 * (76 / 255), 0.4])
    #expect(
      map.strengthened(by: 2).image.bytes == [0, 0, 0, 255, 255, 255, 152, 152, 152, 102, 102, 102])
  }
}
