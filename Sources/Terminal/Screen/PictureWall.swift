import Tensors

/// What pictures stand on the screen, and which have to go.
struct PictureWall: Sendable {
  /// xterm remembers 16 pictures and forgets the one that was sent first, seen or not.
  private static let rememberedPictures = 14

  struct Standing: Sendable, Equatable {
    var area: Rect
    var imageID: UInt64
    var isPassing: Bool
    var picture: EncodedPicture
    /// How many pictures had been sent when this one was.
    var order: Int

    /// Cells it covers, in the middle of its area.
    var cells: Rect { area.centered(width: picture.columns, height: picture.rows) }
  }

  private(set) var standing: [Standing] = []
  private(set) var sent = 0

  /// Pictures that can be shown: whole, and not on the last row, where some terminals scroll.
  static func visible(on surface: Surface, columns: Int, rows: Int) -> [ImagePlacement] {
    surface.images.filter { placement in
      let area = placement.area
      let screen = Rect(x: 0, y: 0, width: min(columns, surface.width), height: rows - 1)
      guard !area.isEmpty, area.intersection(screen) == area, area.maxY <= surface.height,
        placement.image.pixels.width > 0, placement.image.pixels.height > 0
      else { return false }
      return (area.y..<area.maxY).allSatisfy { y in
        (area.x..<area.maxX).allSatisfy { surface[$0, y].role == .image }
      }
    }
  }

  subscript(area: Rect) -> Standing? { standing.first { $0.area == area } }

  /// Takes away what has no place any more.
  ///
  /// - Returns: What has to be erased.
  mutating func retire(keeping areas: [Rect]) -> [Standing] {
    let gone = standing.filter { !areas.contains($0.area) }
    standing.removeAll { !areas.contains($0.area) }
    return gone
  }

  /// Everything was erased by other means.
  ///
  /// - Returns: What stood there.
  mutating func forget() -> [Standing] {
    defer { standing = [] }
    return standing
  }

  /// Puts a picture up, in the place of the one before.
  ///
  /// - Returns: The one before.
  mutating func put(_ picture: EncodedPicture, for placement: ImagePlacement) -> Standing? {
    let before = self[placement.area]
    standing.removeAll { $0.area == placement.area }
    sent += 1
    standing.append(
      Standing(
        area: placement.area, imageID: placement.image.id, isPassing: placement.isPassing,
        picture: picture, order: sent))
    return before
  }

  /// A picture that the terminal would forget if another one was sent before it is sent again.
  var endangered: Standing? {
    standing.filter { sent - $0.order >= Self.rememberedPictures }.min { $0.order < $1.order }
  }

  /// Notes that a standing picture was sent again.
  mutating func repeated(_ area: Rect) {
    guard let index = standing.firstIndex(where: { $0.area == area }) else { return }
    sent += 1
    standing[index].order = sent
  }
}
