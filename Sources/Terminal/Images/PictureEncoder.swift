import Tensors

/// How much a picture may cost on its way to the screen.
struct PictureQuality: Sendable, Hashable {
  /// At most 256.
  var colors: Int
  /// No side is longer, in pixels.
  var longestSide: Int
}

/// A picture as the bytes that draw it.
struct EncodedPicture: Sendable, Equatable {
  /// Each is written with the cursor at the left end of its row, one row below the other.
  var lines: [[UInt8]]
  /// Cells that the picture covers.
  var columns: Int
  var rows: Int
  /// Dots of the picture as encoded.
  var width: Int
  var height: Int
  /// Nil for all there are.
  var colors: Int?
  /// For taking it off the screen, where that is done by name.
  var id: UInt32?

  var byteCount: Int { lines.reduce(0) { $0 + $1.count } }
}

/// One way to put pictures on a terminal's screen.
protocol PictureEncoder: Sendable {
  /// Encodes a picture fitted into an area of cells.
  ///
  /// - Parameters:
  ///   - area: At least one cell.
  ///   - isPassing: Whether it will soon be replaced and may be coarse.
  ///   - id: A number no other picture on the screen has.
  func encode(
    _ image: PixelImage, columns: Int, rows: Int, quality: PictureQuality, isPassing: Bool,
    id: UInt32
  ) throws(TerminalError) -> EncodedPicture
}

/// Pixels as sixels.
struct SixelPictures: PictureEncoder {
  /// More than this does not show in a picture that passes.
  private static let passingColors = 64
  /// Cells lower than this leave no room below a picture whose height is no multiple of six.
  private static let safeCellHeight = 11

  let cellWidth: Int
  let cellHeight: Int
  let registers: Int
  let largestWidth: Int
  let largestHeight: Int

  func encode(
    _ image: PixelImage, columns: Int, rows: Int, quality: PictureQuality, isPassing: Bool,
    id: UInt32
  ) throws(TerminalError) -> EncodedPicture {
    let side = quality.longestSide
    var fitted = image.fitted(
      width: max(1, min(columns * cellWidth, largestWidth, side)),
      height: max(1, min(rows * cellHeight, largestHeight, side)))
    if cellHeight < Self.safeCellHeight, fitted.height > 6 {
      fitted = fitted.cropped(height: fitted.height / 6 * 6)
    }
    let most = isPassing ? min(quality.colors, Self.passingColors) : quality.colors
    let colors = max(2, min(most, registers, 256))
    let bytes = try SixelEncoder.encode(fitted, colors: colors, diffusesError: !isPassing)
    return EncodedPicture(
      lines: [bytes], columns: (fitted.width + cellWidth - 1) / cellWidth,
      rows: (fitted.height + cellHeight - 1) / cellHeight, width: fitted.width,
      height: fitted.height, colors: colors)
  }
}

/// Pixels by the kitty graphics protocol, which enlarges on the terminal's side.
struct KittyPictures: PictureEncoder {
  let cellWidth: Int
  let cellHeight: Int

  func encode(
    _ image: PixelImage, columns: Int, rows: Int, quality: PictureQuality, isPassing: Bool,
    id: UInt32
  ) throws(TerminalError) -> EncodedPicture {
    let (boxWidth, boxHeight) = (columns * cellWidth, rows * cellHeight)
    // Cells to stretch over; small pictures are enlarged as far as they go.
    let scale = min(
      Double(boxWidth) / Double(image.width), Double(boxHeight) / Double(image.height))
    let covered = (
      max(1, min(columns, Int((Double(image.width) * scale / Double(cellWidth)).rounded()))),
      max(1, min(rows, Int((Double(image.height) * scale / Double(cellHeight)).rounded())))
    )
    // There are no few colours to save bytes with, so a lower quality is a smaller picture.
    let side = min(
      quality.longestSide, quality.colors >= 256 ? .max : quality.colors >= 64 ? 512 : 384)
    let limit = max(1, min(max(image.width, image.height), side))
    let sent = image.fitted(width: min(boxWidth, limit), height: min(boxHeight, limit))
    return EncodedPicture(
      lines: [KittyEncoder.encode(sent, id: id, columns: covered.0, rows: covered.1)],
      columns: covered.0, rows: covered.1, width: sent.width, height: sent.height, id: id)
  }
}

/// Two dots a cell in colour.
struct BlockPictures: PictureEncoder {
  let depth: ColorDepth

  func encode(
    _ image: PixelImage, columns: Int, rows: Int, quality: PictureQuality, isPassing: Bool,
    id: UInt32
  ) throws(TerminalError) -> EncodedPicture {
    let fitted = image.fitted(
      width: min(columns, quality.longestSide), height: min(2 * rows, quality.longestSide))
    return EncodedPicture(
      lines: HalfBlockEncoder.lines(fitted, depth: affordable(quality)), columns: fitted.width,
      rows: (fitted.height + 1) / 2, width: fitted.width, height: fitted.height)
  }

  private func affordable(_ quality: PictureQuality) -> ColorDepth {
    switch depth {
    case .trueColor where quality.colors < 256: .palette256
    case .trueColor, .palette256, .palette16, .palette8: depth
    }
  }
}

/// Five shades, two dots a cell.
struct ShadePictures: PictureEncoder {
  func encode(
    _ image: PixelImage, columns: Int, rows: Int, quality: PictureQuality, isPassing: Bool,
    id: UInt32
  ) throws(TerminalError) -> EncodedPicture {
    let fitted = image.fitted(width: columns, height: 2 * rows)
    return EncodedPicture(
      lines: ShadeEncoder.lines(fitted), columns: fitted.width, rows: (fitted.height + 1) / 2,
      width: fitted.width, height: fitted.height)
  }
}

extension TerminalCapabilities {
  /// How pictures are drawn here; nil where they are not.
  var encoder: (any PictureEncoder)? {
    switch graphics {
    case nil: nil
    case .kitty: KittyPictures(cellWidth: cellWidth, cellHeight: cellHeight)
    case .sixel(let registers, let largestWidth, let largestHeight):
      SixelPictures(
        cellWidth: cellWidth, cellHeight: cellHeight, registers: registers,
        largestWidth: largestWidth, largestHeight: largestHeight)
    case .halfBlocks(let depth): BlockPictures(depth: depth)
    case .shades: ShadePictures()
    }
  }
}

extension PixelImage {
  /// The rows from the top on.
  fileprivate func cropped(height: Int) -> PixelImage {
    PixelImage(width: width, height: height, bytes: Array(bytes.prefix(width * height * 3)))
  }
}
