/// Why a request cannot be done.
public enum GenerationError: Error, Equatable, CustomStringConvertible {
  case sizeNotAllowed(PictureSize, multiple: Int, nearest: PictureSize)
  case sizeOutOfRange(PictureSize, most: Int)
  case noBins(model: String, native: Int)
  case countOutOfRange(Int, most: Int)
  case guidanceOutOfRange(Double)
  case branchOutOfRange(at: Int, first: Int, last: Int)
  case initialLatentsMisshapen(found: [Int], needed: [Int])
  case initialLatentsWithImage
  case initialLatentsVaried
  case variationStrengthOutOfRange(Double)
  case notEnoughMemory(needed: Int, available: Int, size: PictureSize)
  case captionChannelsDiffer(encoder: Int, transformer: Int)
  case latentChannelsDiffer(autoencoder: Int, transformer: Int)
  case tinyAutoencoderDiffers(channels: Int, factor: Int, neededChannels: Int, neededFactor: Int)
  /// The tokenizer knows more than the text encoder.
  case tokenOutOfRange(Int, vocabulary: Int)

  public var description: String {
    switch self {
    case .sizeNotAllowed(let size, let multiple, let nearest):
      "Size \(size) was asked for, but both sides must be multiples of \(multiple). "
        + "The nearest such size is --size \(nearest)."
    case .sizeOutOfRange(let size, let most):
      "Size \(size) was asked for, but a side has 16 to \(most) pixels. Choose another --size."
    case .noBins(let model, let native):
      "The model '\(model)' was made for \(native) px, for which there is no table of sizes. "
        + "Leave out --bin."
    case .countOutOfRange(let count, let most):
      "\(count) pictures were asked for, but one request makes 1 to \(most). Choose another --count."
    case .guidanceOutOfRange(let guidance):
      "Guidance \(guidance) was asked for, but it must be between 0 and 100. "
        + "4.5 is usual, 1 turns it off."
    case .branchOutOfRange(let step, let first, let last):
      last < first
        ? "A branch at step \(step) was asked for, but no step is left to make otherwise there. "
          + "Make the whole picture anew."
        : "A branch at step \(step) was asked for, but here a run can branch after steps \(first) to "
          + "\(last). Choose one of these."
    case .initialLatentsMisshapen(let found, let needed):
      "The initial latents are \(found), but this request needs \(needed). "
        + "Check --size and --count."
    case .initialLatentsWithImage:
      "Both initial latents and a picture to begin with were given. "
        + "Leave out --initial-latents or --init-image."
    case .initialLatentsVaried:
      "Both initial latents and a variation were given, but a variation is of the seed's noise. "
        + "Leave out --initial-latents or --variation-strength."
    case .variationStrengthOutOfRange(let strength):
      "Variation strength \(strength) was asked for, but it must be between 0 and 1. "
        + "0 changes nothing, 0.1 a little."
    case .notEnoughMemory(let needed, let available, let size):
      "\(size) pixels with this model need about \(gigabytes(needed)) of memory, but "
        + "\(gigabytes(available)) are available. Choose a smaller --size, or close other programs."
    case .captionChannelsDiffer(let encoder, let transformer):
      "The text encoder gives \(encoder) channels, but the transformer takes \(transformer). "
        + "Take both from models of one family."
    case .latentChannelsDiffer(let autoencoder, let transformer):
      "The autoencoder has latents of \(autoencoder) channels, but the transformer makes "
        + "\(transformer). Take both from models of one family."
    case .tinyAutoencoderDiffers(let channels, let factor, let neededChannels, let neededFactor):
      "The autoencoder for previews in 'tiny_vae' has latents of \(channels) channels and \(factor) "
        + "pixels, but the model's have \(neededChannels) channels and \(neededFactor) pixels. Put "
        + "a matching one there, or remove the folder."
    case .tokenOutOfRange(let token, let vocabulary):
      "The prompt holds the token \(token), but the text encoder knows \(vocabulary) only. "
        + "Leave out texts such as '<extra_id_0>', or take both parts from one model."
    }
  }
}

/// Such as `3.4 GB`.
func gigabytes(_ bytes: Int) -> String {
  let tenths = (bytes + 50_000_000) / 100_000_000
  return "\(tenths / 10).\(tenths % 10) GB"
}
