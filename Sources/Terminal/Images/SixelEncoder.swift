import CSixel
public import Tensors

/// Pictures as DEC sixels, by libsixel.
///
/// Only its encoder is used: its decoders and file readers have a record of faults.
public enum SixelEncoder {
  /// More is not a picture for a terminal.
  private static let longestSide = 10_000

  /// Draws at the cursor, pixel for pixel.
  ///
  /// The palette is made from a sample of the pixels, at best every sixth: a colour that only a few
  /// of them have may be drawn as its neighbour.
  ///
  /// - Parameters:
  ///   - image: At most 10000 pixels a side.
  ///   - colors: 2...256, not more than the terminal has registers.
  ///   - diffusesError: Whether colours are mixed from neighbours; it makes more bytes.
  /// - Returns: One device control string.
  /// - Throws: ``TerminalError`` if memory does not suffice.
  public static func encode(_ image: PixelImage, colors: Int = 256, diffusesError: Bool = true)
    throws(TerminalError) -> [UInt8]
  {
    precondition(
      (1...longestSide).contains(image.width) && (1...longestSide).contains(image.height)
        && (2...256).contains(colors),
      "\(image.width)x\(image.height) pixels in \(colors) colors")
    var collected: [UInt8] = []
    let status = withUnsafeMutablePointer(to: &collected) { collected in
      encode(image, colors: colors, diffusesError: diffusesError, into: collected)
    }
    guard status == SIXEL_OK else {
      let reason = sixel_helper_format_error(status).map { String(cString: $0) } ?? "\(status)"
      throw .notEncoded(protocol: "sixel", reason: reason)
    }
    return collected
  }

  /// Makes up for the quantiser, which drops the lowest three bits: white comes out as 248.
  private static func widenPalette(of dither: OpaquePointer?) {
    let count = 3 * Int(sixel_dither_get_num_of_palette_colors(dither))
    guard let palette = sixel_dither_get_palette(dither) else { return }
    for index in 0..<count { palette[index] |= palette[index] >> 5 }
  }

  private static func encode(
    _ image: PixelImage, colors: Int, diffusesError: Bool,
    into collected: UnsafeMutablePointer<[UInt8]>
  ) -> SIXELSTATUS {
    var output: OpaquePointer?
    var dither: OpaquePointer?
    defer {
      if let output { sixel_output_unref(output) }
      if let dither { sixel_dither_unref(dither) }
    }
    let append: sixel_write_function = { bytes, count, collected in
      guard let bytes, let collected else { return 0 }
      let pointer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
      collected.assumingMemoryBound(to: [UInt8].self).pointee += pointer
      return count
    }
    var status = sixel_output_new(&output, append, collected, nil)
    guard status == SIXEL_OK else { return status }
    status = sixel_dither_new(&dither, Int32(colors), nil)
    guard status == SIXEL_OK else { return status }
    sixel_output_set_encode_policy(output, Int32(SIXEL_ENCODEPOLICY_SIZE))
    // Error diffusion writes into the pixels it is given.
    var pixels = image.bytes
    let (width, height) = (Int32(image.width), Int32(image.height))
    return pixels.withUnsafeMutableBufferPointer { pixels in
      let status = sixel_dither_initialize(
        dither, pixels.baseAddress, width, height, Int32(SIXEL_PIXELFORMAT_RGB888),
        Int32(SIXEL_LARGE_AUTO), Int32(SIXEL_REP_AUTO), Int32(SIXEL_QUALITY_HIGH))
      guard status == SIXEL_OK else { return status }
      widenPalette(of: dither)
      sixel_dither_set_diffusion_type(
        dither, Int32(diffusesError ? SIXEL_DIFFUSE_FS : SIXEL_DIFFUSE_NONE))
      return sixel_encode(pixels.baseAddress, width, height, 3, dither, output)
    }
  }
}
