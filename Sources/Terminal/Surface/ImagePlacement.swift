public import Tensors

/// A picture's place on a surface.
public struct ImagePlacement: Sendable, Equatable {
  /// Cells it may cover; the picture is fitted and centred in them.
  public var area: Rect
  public var image: ScreenImage
  /// Whether it will soon be replaced: few colours then do.
  public var isPassing: Bool
  /// Whether its parts belong to certain cells: it is then never made smaller to save time.
  public var fillsArea: Bool

  public init(area: Rect, image: ScreenImage, isPassing: Bool, fillsArea: Bool = false) {
    self.area = area
    self.image = image
    self.isPassing = isPassing
    self.fillsArea = fillsArea
  }
}

/// Pixels with an identity, so that comparing screens does not compare pixels.
public struct ScreenImage: Sendable, Equatable {
  /// Never used again for other pixels while the program runs.
  public let id: UInt64
  public let pixels: PixelImage

  public init(id: UInt64, pixels: PixelImage) {
    self.id = id
    self.pixels = pixels
  }

  public static func == (a: Self, b: Self) -> Bool { a.id == b.id }
}
