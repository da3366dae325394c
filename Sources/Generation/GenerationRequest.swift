public import Kernels
public import Schedulers
public import Tensors

/// Everything that decides how pictures look; the fields are the command line's options.
public struct GenerationRequest: Sendable, Equatable {
  /// A name known to the model library, or a folder.
  public var model: String
  public var prompt: String
  public var negative = ""
  /// In pixels; the model's own size if nil.
  public var size: PictureSize?
  /// Whether the size is snapped to the model's trained sizes and the picture fitted afterwards.
  public var snapsToBin = false
  public var steps = 20
  /// At 1 and below nothing is guided and each step costs half.
  public var guidance = 4.5
  /// The model's published sampler if nil.
  public var sampler: SamplerName?
  /// Of the first picture; each further one has the next.
  public var seed: UInt64 = 0
  /// How far the noise to begin with is on the way from that of ``seed`` to that of
  /// ``variationSeed``: 0, not at all, to 1.
  ///
  /// The noise that samplers add is that of ``seed``. As with A1111, pictures of a varied request
  /// share their seed, and each further one has the next variation seed.
  public var variationStrength = 0.0
  public var variationSeed: UInt64 = 0
  public var count = 1
  /// Whether prompts are cleaned as the pipelines do; otherwise only lower-cased and trimmed.
  public var cleansPrompts = true
  /// A picture to begin with, and how much of it is made anew.
  public var initImage: PixelImage?
  /// Above 0, up to 1.
  public var strength = 0.8
  /// A picture whose edges lead this one; see ``ControlRequest``.
  public var control: ControlRequest?
  /// Noise to begin with in place of the seed's, one for each picture.
  public var initialLatents: Latents?
  /// Where the run left other settings for the next ones, in the order of steps; the request's own
  /// prompt, negative prompt, guidance, sampler and seed are those of the last steps.
  public var branch: [BranchPoint] = []
  /// Adapters of the transformer, which add up.
  public var adapters: [AdapterChoice] = []
  /// Of large products; what suits model and device if nil.
  public var precision: Precision?
  /// Decodes in overlapping tiles, as diffusers' tiling does: less memory, slightly other pixels.
  public var tilesDecoding = false
  /// Whether text encoder, transformer and autoencoder take turns in memory.
  ///
  /// The same pictures, a little later; what fits in no other way is done so anyway.
  public var savesMemory = false
  /// What is shown of each step, to begin with; never changes the picture.
  public var preview = PreviewSource.denoisedLinear
  /// Keeps what was computed on the way; see ``GenerationTrace``.
  public var traces = false

  /// Largest ``count``.
  public static let mostPictures = 10_000

  public init(model: String, prompt: String) {
    self.model = model
    self.prompt = prompt
  }
}

/// Width and height in pixels.
public struct PictureSize: Sendable, Equatable, Hashable, CustomStringConvertible {
  public let width: Int
  public let height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  public var description: String { "\(width)x\(height)" }
}
