/// How a picture was made: everything needed to make it again.
///
/// The names in its JSON are those of the command line's options. What is not known, as with pictures
/// of other programs, is `nil`; names that are not known here are ignored when reading.
public struct Recipe: Codable, Sendable, Equatable {
  /// Width and height in pixels, written `512x768`.
  public struct Size: Sendable, Hashable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// Of the program that made the picture.
  public var version: String?
  public var model: String?
  public var modelHash: String?
  public var prompt: String
  /// What the prompt was expanded from, with its alternatives and wildcards.
  public var template: String?
  /// The prompt as the text encoder saw it, where cleaning changed it.
  public var cleanedPrompt: String?
  public var negative: String
  /// Whether the prompts were left uncleaned.
  public var rawPrompt: Bool?
  /// Of the picture in the file.
  public var size: Size?
  /// Whether the size was snapped to one of the model's resolution bins.
  public var bin: Bool?
  /// What was asked for, where snapping changed it.
  public var requestedSize: Size?
  public var steps: Int?
  public var guidance: Double?
  public var sampler: String?
  /// Whether it was left to the model, so that all settings of its scheduler were the published ones.
  public var publishedSampler: Bool?
  /// Where the run turned to other settings, in the order of steps.
  ///
  /// `prompt`, `negative`, `guidance`, `sampler` and `seed` are those of the last steps.
  public var branch: [BranchPoint]?
  /// Scheduler settings that differ from the sampler's own.
  public var schedulerSettings: [String: String]?
  /// This picture's own seed, also where one request made several pictures.
  public var seed: UInt64?
  /// How far the noise to begin with is on the way from the seed's to that of another seed, 0...1;
  /// nil if not at all.
  public var variationStrength: Double?
  public var variationSeed: UInt64?
  /// How many pictures the request made, and which of them this is, from 0.
  public var count: Int?
  public var index: Int?
  /// The file of noise that took the place of the seed's.
  public var initialLatents: String?
  /// The picture that this one began with, and how much of it was made anew, 0...1.
  public var initImage: String?
  public var strength: Double?
  /// Adapters of the transformer, which add up.
  public var lora: [Lora]?
  /// The picture whose edges led this one, and the digest of its pixels.
  public var condition: String?
  public var conditionDigest: String?
  /// The ControlNet, where it is not the one that comes with the model, and the hash of its weights.
  public var control: String?
  public var controlHash: String?
  /// Where the edges came from: `hed`, `canny` or `none`.
  public var edges: String?
  /// What edges and the ControlNet's results were multiplied by.
  public var controlStrength: Double?
  public var controlScale: Double?
  /// The shares of the steps between which it led, 0...1.
  public var controlStart: Double?
  public var controlEnd: Double?
  /// Whether it was decoded in tiles.
  public var tile: Bool?
  public var precision: String?
  /// SHA-256 of the last latents as float32 numbers, the lowest byte first; 64 hexadecimal digits.
  public var latentDigest: String?
  /// The first 8 digits of the same for the latents after each step.
  public var stepDigests: [String]?
  /// Wall-clock seconds by stage, such as `"denoise": 8.1`.
  public var seconds: [String: Double]?

  /// A recipe of which only the prompt is known; set what else there is.
  public init(prompt: String, negative: String = "") {
    self.prompt = prompt
    self.negative = negative
  }

  private enum CodingKeys: String, CodingKey {
    case version, model, prompt, template, negative, size, bin, steps, guidance, sampler, seed,
      count, index, branch
    case strength, lora, tile, precision, seconds
    case condition, control, edges
    case conditionDigest = "condition-digest"
    case controlHash = "control-hash"
    case controlStrength = "control-strength"
    case controlScale = "control-scale"
    case controlStart = "control-start"
    case controlEnd = "control-end"
    case modelHash = "model-hash"
    case cleanedPrompt = "cleaned-prompt"
    case requestedSize = "requested-size"
    case publishedSampler = "published-sampler"
    case schedulerSettings = "scheduler-settings"
    case latentDigest = "latent-digest"
    case stepDigests = "step-digests"
    case variationStrength = "variation-strength"
    case variationSeed = "variation-seed"
    case rawPrompt = "raw-prompt"
    case initialLatents = "initial-latents"
    case initImage = "init-image"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    prompt = try values.decode(String.self, forKey: .prompt)
    negative = try values.decodeIfPresent(String.self, forKey: .negative) ?? ""
    version = try values.decodeIfPresent(String.self, forKey: .version)
    template = try values.decodeIfPresent(String.self, forKey: .template)
    model = try values.decodeIfPresent(String.self, forKey: .model)
    modelHash = try values.decodeIfPresent(String.self, forKey: .modelHash)
    cleanedPrompt = try values.decodeIfPresent(String.self, forKey: .cleanedPrompt)
    size = try values.decodeIfPresent(Size.self, forKey: .size)
    bin = try values.decodeIfPresent(Bool.self, forKey: .bin)
    requestedSize = try values.decodeIfPresent(Size.self, forKey: .requestedSize)
    steps = try values.decodeIfPresent(Int.self, forKey: .steps)
    guidance = try values.decodeIfPresent(Double.self, forKey: .guidance)
    sampler = try values.decodeIfPresent(String.self, forKey: .sampler)
    publishedSampler = try values.decodeIfPresent(Bool.self, forKey: .publishedSampler)
    branch = try values.decodeIfPresent([BranchPoint].self, forKey: .branch)
    schedulerSettings = try values.decodeIfPresent(
      [String: String].self, forKey: .schedulerSettings)
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed)
    variationStrength = try values.decodeIfPresent(Double.self, forKey: .variationStrength)
    variationSeed = try values.decodeIfPresent(UInt64.self, forKey: .variationSeed)
    count = try values.decodeIfPresent(Int.self, forKey: .count)
    index = try values.decodeIfPresent(Int.self, forKey: .index)
    rawPrompt = try values.decodeIfPresent(Bool.self, forKey: .rawPrompt)
    initialLatents = try values.decodeIfPresent(String.self, forKey: .initialLatents)
    initImage = try values.decodeIfPresent(String.self, forKey: .initImage)
    strength = try values.decodeIfPresent(Double.self, forKey: .strength)
    lora = try values.decodeIfPresent([Lora].self, forKey: .lora)
    condition = try values.decodeIfPresent(String.self, forKey: .condition)
    conditionDigest = try values.decodeIfPresent(String.self, forKey: .conditionDigest)
    control = try values.decodeIfPresent(String.self, forKey: .control)
    controlHash = try values.decodeIfPresent(String.self, forKey: .controlHash)
    edges = try values.decodeIfPresent(String.self, forKey: .edges)
    controlStrength = try values.decodeIfPresent(Double.self, forKey: .controlStrength)
    controlScale = try values.decodeIfPresent(Double.self, forKey: .controlScale)
    controlStart = try values.decodeIfPresent(Double.self, forKey: .controlStart)
    controlEnd = try values.decodeIfPresent(Double.self, forKey: .controlEnd)
    tile = try values.decodeIfPresent(Bool.self, forKey: .tile)
    precision = try values.decodeIfPresent(String.self, forKey: .precision)
    latentDigest = try values.decodeIfPresent(String.self, forKey: .latentDigest)
    stepDigests = try values.decodeIfPresent([String].self, forKey: .stepDigests)
    seconds = try values.decodeIfPresent([String: Double].self, forKey: .seconds)
  }
}

extension Recipe.Size: Codable, CustomStringConvertible {
  /// Reads `512x768`; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let width = Int(parts[0]), let height = Int(parts[1]), width > 0, height > 0
    else { return nil }
    self.init(width: width, height: height)
  }

  public var description: String { "\(width)x\(height)" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let size = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no size such as 512x512")
    }
    self = size
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
