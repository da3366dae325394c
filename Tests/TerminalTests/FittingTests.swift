import Tensors
import Testing

@testable import Terminal

@Suite struct FittingTests {
  private let image = PixelImage(
    width: 2, height: 2, bytes: [0, 0, 0, 100, 0, 0, 0, 50, 0, 100, 50, 200])

  @Test func enlargesByWholeFactors() {
    let large = image.fitted(width: 5, height: 7)
    #expect(large.width == 4 && large.height == 4)
    #expect(
      large.bytes.prefix(24) == [
        0, 0, 0, 0, 0, 0, 100, 0, 0, 100, 0, 0,
        0, 0, 0, 0, 0, 0, 100, 0, 0, 100, 0, 0,
      ])
    #expect(large.bytes.suffix(3) == [100, 50, 200])
  }

  @Test func enlargesNoFurtherThanAsked() {
    #expect(image.fitted(width: 900, height: 900, enlargedSide: 7).width == 6)
    #expect(image.fitted(width: 900, height: 900, enlargedSide: 1) == image)
  }

  @Test func averagesWhenMadeSmaller() {
    #expect(
      image.fitted(width: 1, height: 9) == PixelImage(width: 1, height: 1, bytes: [50, 25, 50]))
    // Three pixels to two: each new one covers one and a half.
    let row = PixelImage(width: 3, height: 1, bytes: [0, 0, 0, 90, 90, 90, 30, 30, 30])
    #expect(
      row.fitted(width: 2, height: 1)
        == PixelImage(width: 2, height: 1, bytes: [30, 30, 30, 50, 50, 50]))
  }

  @Test(arguments: [
    (512, 512, 480, 286, 286, 286), (900, 600, 480, 286, 429, 286), (3000, 10, 80, 44, 80, 1),
    (10, 3000, 80, 44, 1, 44), (128, 128, 600, 494, 384, 384),
  ])
  func keepsItsShape(
    width: Int, height: Int, boxWidth: Int, boxHeight: Int, fittedWidth: Int, fittedHeight: Int
  ) {
    let image = PixelImage(
      width: width, height: height, bytes: [UInt8](repeating: 7, count: 3 * width * height))
    let fitted = image.fitted(width: boxWidth, height: boxHeight)
    #expect(fitted.width == fittedWidth && fitted.height == fittedHeight)
    #expect(fitted.bytes.allSatisfy { $0 == 7 })
  }
}
