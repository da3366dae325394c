/// What pictures on a screen are made of, for whoever composes one whose parts belong to certain cells.
public struct PictureRoom: Sendable, Equatable {
  /// Dots of a cell.
  public var cellWidth: Int
  public var cellHeight: Int
  /// Dots; a larger picture is made smaller, and its parts are then elsewhere.
  public var largestWidth: Int
  public var largestHeight: Int
  /// Red, green and blue of the cells around a picture.
  public var ground: SIMD3<UInt8>

  public init(
    cellWidth: Int, cellHeight: Int, largestWidth: Int = .max, largestHeight: Int = .max,
    ground: SIMD3<UInt8> = .zero
  ) {
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    self.largestWidth = largestWidth
    self.largestHeight = largestHeight
    self.ground = ground
  }
}

extension TerminalCapabilities {
  /// Nil where no pictures are shown.
  func pictureRoom(on theme: Theme) -> PictureRoom? {
    let light: SIMD3<Float> = background == .light ? .init(repeating: 255) : .zero
    let components =
      theme[.image].background.components ?? backgroundColor?.components ?? light
    let ground = SIMD3<UInt8>(
      components.clamped(
        lowerBound: .zero, upperBound: .init(repeating: 255)))
    switch graphics {
    case nil: return nil
    case .kitty:
      return PictureRoom(cellWidth: cellWidth, cellHeight: cellHeight, ground: ground)
    case .sixel(_, let width, let height):
      return PictureRoom(
        cellWidth: cellWidth, cellHeight: cellHeight, largestWidth: width, largestHeight: height,
        ground: ground)
    case .halfBlocks, .shades: return PictureRoom(cellWidth: 1, cellHeight: 2, ground: ground)
    }
  }
}

extension Screen {
  /// What pictures are made of here, on the ground of the theme in use; nil where none are shown.
  public var pictureRoom: PictureRoom? { capabilities.pictureRoom(on: theme) }
}
