import Tensors
import Testing

@testable import Terminal

@Suite struct PictureWallTests {
  private let area = Rect(x: 2, y: 1, width: 10, height: 5)

  private func surface(_ areas: [Rect], rows: Int = 10) -> Surface {
    var surface = Surface(width: 40, height: rows)
    for (index, area) in areas.enumerated() {
      surface.fill(area, role: .image)
      surface.images.append(placement(area, id: UInt64(index)))
    }
    return surface
  }

  private func placement(_ area: Rect, id: UInt64) -> ImagePlacement {
    let pixels = PixelImage(width: 1, height: 1, bytes: [1, 2, 3])
    return ImagePlacement(
      area: area, image: ScreenImage(id: id, pixels: pixels), isPassing: false)
  }

  private func picture(columns: Int = 10, rows: Int = 5) -> EncodedPicture {
    EncodedPicture(lines: [[1]], columns: columns, rows: rows, width: 1, height: 1)
  }

  @Test func showsWhatIsWhole() {
    var surface = surface([area])
    #expect(PictureWall.visible(on: surface, columns: 40, rows: 10).map(\.area) == [area])
    surface.write("x", x: 11, y: 5)
    #expect(PictureWall.visible(on: surface, columns: 40, rows: 10).isEmpty)
  }

  @Test(arguments: [
    (Rect(x: 0, y: 4, width: 5, height: 5), true), (Rect(x: 0, y: 5, width: 5, height: 5), false),
    (Rect(x: 35, y: 0, width: 5, height: 5), true),
    (Rect(x: 36, y: 0, width: 5, height: 5), false),
    (Rect(x: -1, y: 0, width: 5, height: 5), false), (Rect(x: 3, y: 3, width: 0, height: 5), false),
  ])
  func keepsOffTheLastRowAndInside(area: Rect, isVisible: Bool) {
    let found = PictureWall.visible(on: surface([area]), columns: 40, rows: 10)
    #expect(found.isEmpty == !isVisible)
  }

  @Test func standsInTheMiddle() {
    var wall = PictureWall()
    #expect(wall.put(picture(columns: 4, rows: 3), for: placement(area, id: 1)) == nil)
    #expect(wall[area]?.cells == Rect(x: 5, y: 2, width: 4, height: 3))
    #expect(wall.put(picture(), for: placement(area, id: 2))?.imageID == 1)
    #expect(wall[area]?.imageID == 2)
    #expect(wall.standing.count == 1)
  }

  @Test func retiresWhatHasNoPlace() {
    var wall = PictureWall()
    let other = Rect(x: 20, y: 1, width: 10, height: 5)
    _ = wall.put(picture(), for: placement(area, id: 1))
    _ = wall.put(picture(), for: placement(other, id: 2))
    #expect(wall.retire(keeping: [area, other]).isEmpty)
    #expect(wall.retire(keeping: [other]).map(\.imageID) == [1])
    #expect(wall.forget().map(\.imageID) == [2])
    #expect(wall.standing.isEmpty)
  }

  /// A standing picture beside a preview: xterm never has to remember more than 16.
  @Test func sendsStandingPicturesAgainInTime() {
    var wall = PictureWall()
    let preview = Rect(x: 20, y: 1, width: 10, height: 5)
    _ = wall.put(picture(), for: placement(area, id: 1))
    var sinceStanding = 0
    for id in 2..<100 {
      if let endangered = wall.endangered {
        #expect(endangered.area == area)
        wall.repeated(area)
        sinceStanding = 0
      }
      _ = wall.put(picture(), for: placement(preview, id: UInt64(id)))
      sinceStanding += 1
      #expect(sinceStanding < 15)
    }
  }
}
