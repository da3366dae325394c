public import Jobs

/// What the settings panel holds: all of a request but its prompts.
public struct RequestSettings: Codable, Sendable, Equatable {
  public var model = "default"
  /// Name of a style; none if nil.
  public var style: String?
  /// Like `512x768`; the model's own size if nil.
  public var size: String?
  public var bin = false
  public var steps = 20
  public var guidance = 4.5
  /// The model's published sampler if nil.
  public var sampler: String?
  public var seedMode = SeedMode.fresh
  /// Of the next request, unless that draws a fresh one.
  public var seed: UInt64 = 0
  public var count = 1
  public var initImage: String?
  public var strength = 0.8
  /// The picture whose edges lead the next one.
  public var condition: String?
  /// The ControlNet; the one that comes with the model if nil.
  public var control: String?
  /// hed, canny or none; what is at hand if nil.
  public var edges: String?
  public var controlStrength = 1.0
  public var controlScale = 1.0
  public var controlStart = 0.0
  public var controlEnd = 1.0
  /// How far the noise is on the way to that of ``variationSeed``; 0 for none.
  public var variationStrength = 0.0
  public var variationSeed: UInt64 = 0
  public var rawPrompt = false
  public var tile = false
  /// Adapters of the transformer, which add up.
  public var lora: [JobRequest.Lora] = []
  /// Of this machine and not of a picture, so nothing that is taken over from one.
  public var lowMemory = false
  /// What suits model and machine if nil.
  public var precision: String?
  /// Where the run turns to other settings, with those in force until then; taken over from a picture.
  public var branch: [JobRequest.BranchPoint] = []

  public init() {}

  /// The request these settings make of a prompt.
  ///
  /// - Parameter seed: In place of the panel's.
  func request(prompt: String, negative: String, seed: UInt64? = nil) -> JobRequest {
    var request = JobRequest(prompt: prompt)
    request.model = model
    request.negative = negative
    request.size = size
    request.bin = bin
    request.steps = steps
    request.guidance = guidance
    request.sampler = sampler
    request.seed = seed ?? self.seed
    request.count = count
    request.initImage = initImage
    request.strength = strength
    setControl(of: &request)
    request.variationStrength = variationStrength
    if variationStrength > 0 { request.variationSeed = variationSeed }
    request.rawPrompt = rawPrompt
    request.tile = tile
    request.lora = lora
    request.lowMemory = lowMemory
    request.precision = precision
    request.branch = branch
    return request
  }

  /// The seed that ``seedMode`` changes from run to run: that of the variation, if there is one.
  var changingSeed: UInt64 {
    get { variationStrength > 0 ? variationSeed : seed }
    set {
      if variationStrength > 0 { variationSeed = newValue } else { seed = newValue }
    }
  }

  /// Takes over what a request was made with; its seed is then fixed.
  mutating func adopt(_ request: JobRequest) {
    model = request.model
    style = request.style
    size = request.size
    bin = request.bin
    steps = request.steps
    guidance = request.guidance
    sampler = request.sampler
    seedMode = .fixed
    seed = request.seed
    count = request.count
    initImage = request.initImage
    strength = request.strength
    adoptControl(request)
    variationStrength = request.variationStrength
    variationSeed = request.variationSeed
    rawPrompt = request.rawPrompt
    tile = request.tile
    lora = request.lora
    precision = request.precision
    branch = request.branch
    clamp()
  }
}

/// Where the seed of the next request comes from.
public enum SeedMode: String, Codable, Sendable, CaseIterable {
  /// The same seed for every request.
  case fixed
  /// A new random seed for every request.
  case fresh
  /// Each request goes on behind the last picture of the one before.
  case next

  var summary: String {
    switch self {
    case .fixed: "always the same"
    case .fresh: "new for each run"
    case .next: "counts on"
    }
  }
}

extension RequestSettings {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    model = try values.value(.model, or: model)
    style = try values.decodeIfPresent(String.self, forKey: .style)
    size = try values.decodeIfPresent(String.self, forKey: .size)
    bin = try values.value(.bin, or: bin)
    steps = try values.value(.steps, or: steps)
    guidance = try values.value(.guidance, or: guidance)
    sampler = try values.decodeIfPresent(String.self, forKey: .sampler)
    seedMode = try values.value(.seedMode, or: seedMode)
    seed = try values.value(.seed, or: seed)
    count = try values.value(.count, or: count)
    initImage = try values.decodeIfPresent(String.self, forKey: .initImage)
    strength = try values.value(.strength, or: strength)
    condition = try values.decodeIfPresent(String.self, forKey: .condition)
    control = try values.decodeIfPresent(String.self, forKey: .control)
    edges = try values.decodeIfPresent(String.self, forKey: .edges)
    controlStrength = try values.value(.controlStrength, or: controlStrength)
    controlScale = try values.value(.controlScale, or: controlScale)
    controlStart = try values.value(.controlStart, or: controlStart)
    controlEnd = try values.value(.controlEnd, or: controlEnd)
    variationStrength = try values.value(.variationStrength, or: variationStrength)
    variationSeed = try values.value(.variationSeed, or: variationSeed)
    rawPrompt = try values.value(.rawPrompt, or: rawPrompt)
    lora = try values.value(.lora, or: lora)
    precision = try values.decodeIfPresent(String.self, forKey: .precision)
    tile = try values.value(.tile, or: tile)
    lowMemory = try values.value(.lowMemory, or: lowMemory)
    branch = try values.value(.branch, or: branch)
    clamp()
  }

  /// Brings numbers that came from a file into the ranges that typing keeps to.
  mutating func clamp() {
    steps = min(max(1, steps), 1000)
    count = min(max(1, count), 10_000)
    guidance = guidance.isFinite ? min(max(0, guidance), 100) : RequestSettings().guidance
    strength = strength > 0 && strength <= 1 ? strength : RequestSettings().strength
    variationStrength = (0...1).contains(variationStrength) ? variationStrength : 0
    clampControl()
  }
}
