import Checkpoints

/// The size a picture is made at, and the size it is handed out in.
struct SizePlan: Equatable {
  let made: PictureSize
  let requested: PictureSize

  /// Largest side, in pixels.
  static let mostPixels = 8192

  /// - Parameter factor: Pixels a latent pixel covers.
  /// - Throws: ``GenerationError``.
  init(
    _ request: GenerationRequest, configuration: TransformerConfiguration, factor: Int
  ) throws(GenerationError) {
    try self.init(
      request.size ?? request.control?.size(of: configuration, factor: factor),
      snapsToBin: request.snapsToBin, model: request.model,
      configuration: configuration, factor: factor)
  }

  /// - Parameters:
  ///   - size: What was asked for; the model's own size if nil.
  ///   - model: Its name, for messages.
  ///   - factor: Pixels a latent pixel covers.
  /// - Throws: ``GenerationError``.
  init(
    _ size: PictureSize?, snapsToBin: Bool, model: String,
    configuration: TransformerConfiguration, factor: Int
  ) throws(GenerationError) {
    let native = configuration.sampleSize * factor
    let requested = size ?? PictureSize(width: native, height: native)
    guard (16...Self.mostPixels).contains(requested.width),
      (16...Self.mostPixels).contains(requested.height)
    else { throw .sizeOutOfRange(requested, most: Self.mostPixels) }
    self.requested = requested
    guard snapsToBin else {
      try Self.check(requested, multiple: factor * configuration.patchSize)
      made = requested
      return
    }
    // The tables count eight pixels to a latent pixel, and sides of whole patches.
    guard factor == 8, configuration.patchSize == 2,
      let bins = ResolutionBins(sampleSize: configuration.sampleSize)
    else {
      throw .noBins(model: model, native: native)
    }
    let bin = bins.closest(height: requested.height, width: requested.width)
    made = PictureSize(width: bin.width, height: bin.height)
  }

  private static func check(_ size: PictureSize, multiple: Int) throws(GenerationError) {
    guard size.width % multiple == 0, size.height % multiple == 0 else {
      func nearest(_ side: Int) -> Int { max(1, (side + multiple / 2) / multiple) * multiple }
      throw .sizeNotAllowed(
        size, multiple: multiple,
        nearest: PictureSize(width: nearest(size.width), height: nearest(size.height)))
    }
  }
}
