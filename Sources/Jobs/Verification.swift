public import Gallery
public import Generation
public import Tensors

/// What came of making a picture again from its recipe.
public struct Verification: Sendable, Equatable {
  public enum Verdict: String, Sendable {
    /// Bit for bit: the latents of every step as far as the recipe tells, and all pixels.
    case exact
    /// At least ``nearestRatio`` alike, as with another number of threads or another processor.
    case near
    case changed
  }

  /// In dB; what rounding does stays well above it, another picture well below.
  public static let nearestRatio = 40.0

  public let verdict: Verdict
  /// The first step, from 1, whose latents are others; nil if all agree or the recipe does not tell.
  public let firstDifferentStep: Int?
  /// Nil if the sizes differ.
  public let pixels: PictureDifference?
  /// The hashes of the model's weights, where they differ.
  public let modelHashes: ModelHashes?
  /// The hashes of the ControlNet's weights, where they differ.
  public var controlHashes: ModelHashes?

  public struct ModelHashes: Sendable, Equatable {
    public let recipe: String
    public let now: String
  }

  /// - Parameters:
  ///   - recipe: Of the picture.
  ///   - image: The picture.
  ///   - again: What its recipe gives now.
  public init(recipe: Recipe, image: PixelImage, again: GeneratedPicture) {
    self.init(
      recipe: recipe, image: image, again: again.image, digest: again.digest,
      modelHash: again.modelHash)
    if let known = recipe.controlHash, let now = again.control?.hash, known != now {
      controlHashes = ModelHashes(recipe: known, now: now)
    }
  }

  init(
    recipe: Recipe, image: PixelImage, again: PixelImage, digest: LatentDigest, modelHash: String
  ) {
    firstDifferentStep = Self.firstDifference(recipe.stepDigests, digest.steps)
    pixels = PictureDifference(image, again)
    modelHashes = recipe.modelHash.flatMap {
      $0 == modelHash ? nil : ModelHashes(recipe: $0, now: modelHash)
    }
    let hasSameLatents =
      firstDifferentStep == nil && recipe.latentDigest ?? digest.latents == digest.latents
    if let pixels, pixels.largest == 0, hasSameLatents {
      verdict = .exact
    } else if let pixels, pixels.psnr >= Self.nearestRatio {
      verdict = .near
    } else {
      verdict = .changed
    }
  }

  /// - Returns: From 1; nil if there is nothing to compare.
  private static func firstDifference(_ recipe: [String]?, _ now: [String]) -> Int? {
    guard let recipe, recipe != now else { return nil }
    let common = zip(recipe, now).prefix { $0 == $1 }.count
    return common + 1
  }
}
