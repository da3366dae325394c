import Tensors
import Terminal

/// Thumbnails side by side in one image, each in the middle of its tile's cells.
struct ThumbnailStrip {
  private(set) var image: PixelImage
  private let room: PictureRoom
  private let width: Int
  private let step: Int

  init(tiles: Int, grid: GalleryGrid, room: PictureRoom) {
    self.room = room
    width = grid.tileColumns * room.cellWidth
    step = (grid.tileColumns + grid.gap) * room.cellWidth
    let all = (tiles - 1) * step + width
    let height = grid.tileRows * room.cellHeight
    var bytes: [UInt8] = []
    bytes.reserveCapacity(all * height * 3)
    let ground = [room.ground.x, room.ground.y, room.ground.z]
    for _ in 0..<all * height { bytes += ground }
    image = PixelImage(width: all, height: height, bytes: bytes)
  }

  /// - Parameter thumbnail: A frame takes its place if nil.
  mutating func put(_ thumbnail: PixelImage?, at tile: Int) {
    guard let thumbnail, thumbnail.width > 0, thumbnail.height > 0 else {
      return drawFrame(at: tile)
    }
    let fitted = thumbnail.fitted(width: width, height: image.height)
    let left = tile * step + (width - fitted.width) / 2
    let top = (image.height - fitted.height) / 2
    for y in 0..<fitted.height {
      let from = y * fitted.width * 3
      let to = ((top + y) * image.width + left) * 3
      image.bytes.replaceSubrange(
        to..<to + fitted.width * 3, with: fitted.bytes[from..<from + fitted.width * 3])
    }
  }

  /// A square's outline, between the ground and grey.
  private mutating func drawFrame(at tile: Int) {
    let side = min(width, image.height) * 3 / 4
    let (left, top) = (tile * step + (width - side) / 2, (image.height - side) / 2)
    let ground = [room.ground.x, room.ground.y, room.ground.z]
    let color = ground.map { UInt8((Int($0) * 2 + 128) / 3) }
    for offset in 0..<side {
      for (x, y) in [(offset, 0), (offset, side - 1), (0, offset), (side - 1, offset)] {
        let start = ((top + y) * image.width + left + x) * 3
        image.bytes.replaceSubrange(start..<start + 3, with: color)
      }
    }
  }
}
