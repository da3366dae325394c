public import Foundation
public import Tensors

/// Shows one picture below what a command has printed.
public enum TerminalImage {
  /// Rows that stay free: the command's line above the picture and the prompt below it.
  private static let freeRows = 2
  /// Small pictures are not blown up beyond this many pixels a side.
  private static let enlargedSide = 512

  /// The bytes that draw a picture from the cursor on and leave the cursor at a new line's start.
  ///
  /// The picture is made to fit the window. Nothing where the terminal can show none.
  ///
  /// - Throws: ``TerminalError`` if it cannot be encoded.
  public static func bytes(_ image: PixelImage, on terminal: TerminalCapabilities)
    throws(TerminalError) -> [UInt8]
  {
    let rows = max(1, terminal.rows - freeRows)
    switch terminal.graphics {
    case nil:
      return []
    case .kitty:
      let fitted = image.fitted(
        width: terminal.columns * terminal.cellWidth, height: rows * terminal.cellHeight,
        enlargedSide: enlargedSide)
      return KittyEncoder.encode(fitted) + Array("\r\n".utf8)
    case .sixel(let registers, let largestWidth, let largestHeight):
      let fitted = image.fitted(
        width: max(1, min(terminal.columns * terminal.cellWidth, largestWidth)),
        height: max(1, min(rows * terminal.cellHeight, largestHeight)),
        enlargedSide: enlargedSide)
      return try SixelEncoder.encode(fitted, colors: min(registers, 256)) + Array("\r\n".utf8)
    case .halfBlocks(let depth):
      let fitted = image.fitted(width: terminal.columns, height: 2 * rows)
      return HalfBlockEncoder.encode(fitted, depth: depth)
    case .shades:
      return ShadeEncoder.encode(image.fitted(width: terminal.columns, height: 2 * rows))
    }
  }

  /// Shows a picture if the terminal can.
  ///
  /// - Parameters:
  ///   - image: Of any size.
  ///   - terminal: As ``TerminalCapabilities/detect(output:environment:)`` found it; best asked before
  ///     the work begins, when nobody has typed ahead yet.
  ///   - output: The terminal's descriptor.
  /// - Returns: Whether it was shown.
  /// - Throws: ``TerminalError``.
  @discardableResult
  public static func show(
    _ image: PixelImage, on terminal: TerminalCapabilities?, output: Int32 = STDOUT_FILENO
  ) throws(TerminalError) -> Bool {
    guard let terminal else { return false }
    let bytes = try bytes(image, on: terminal)
    let code = write(bytes, to: output)
    guard code == 0 else { throw .notWritten(reason: String(cString: strerror(code))) }
    return !bytes.isEmpty
  }
}
