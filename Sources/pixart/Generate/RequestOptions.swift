import ArgumentParser
import Foundation
import Gallery
import Jobs
import Kernels
import Schedulers

/// What a request says, as options: all may be left out, so that a recipe can say it.
struct RequestOptions: ParsableArguments {
  @Argument(help: "What the picture should show. (words:1.2) count more, (words:0.8) less.")
  var prompt: String?

  @Option(
    help: """
      A model's name (see 'pixart models'), its folder, or a transformer's .pth file. The built-in \
      one if not given.
      """)
  var model: String?

  @Option(parsing: .unconditional, help: "What the picture should not show.")
  var negative: String?

  @Option(
    parsing: .unconditional,
    help: "Width and height in pixels, such as 512x768. The model's own size if not given.",
    transform: Recipe.Size.init(argument:))
  var size: Recipe.Size?

  @Flag(help: "Snap the size to one the model was trained at, then fit the picture.")
  var bin = false

  @Option(
    parsing: .unconditional,
    help: "Denoising steps. What the model was made for if not given, mostly 20.")
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: """
      Guidance scale; 1 turns guidance off. What the model was made for if not given, mostly 4.5.
      """)
  var guidance: Double?

  @Option(
    help: "One of \(SamplerName.list). What the model is published with if not given.",
    transform: SamplerName.init(argument:))
  var sampler: SamplerName?

  @Option(
    parsing: .unconditional,
    help: "Seed of the first picture, the next one for each further picture. Random if not given.")
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: """
      Begin with noise on the way from the seed's to that of --variation-seed: 0, not at all, to 1. \
      Further pictures then have the next variation seed and the same seed.
      """)
  var variationStrength: Double?

  @Option(parsing: .unconditional, help: "See --variation-strength. Random if not given.")
  var variationSeed: UInt64?

  @Option(parsing: .unconditional, help: "How many pictures; 1 if not given.")
  var count: Int?

  @Option(help: "A picture to begin with: PNG, JPEG or WebP.")
  var initImage: String?

  @Option(
    parsing: .unconditional,
    help: "How much of the picture to begin with is made anew, above 0 up to 1; 0.8 if not given.")
  var strength: Double?

  @OptionGroup var control: ControlOptions

  @Option(
    help: ArgumentHelp(
      "A LoRA adapter: its file, its folder or its name (see 'pixart models').",
      discussion: """
        Behind a colon stands how much of it is added; 1 if not given. May be given several times: \
        adapters add up.
        """, valueName: "file[:scale]"),
    transform: Recipe.Lora.init(argument:))
  var lora: [Recipe.Lora] = []

  @Option(
    help: """
      Of large products: fp32, bf16 or int8. If not given, bf16 for large models where \
      the processor has instructions for it, else fp32.
      """)
  var precision: Precision?

  @Flag(help: "Take the prompt as it is, only in lower case; do not clean it.")
  var rawPrompt = false

  @Flag(help: "Decode in overlapping tiles: less memory, slightly other pixels.")
  var tile = false

  @Flag(
    help: """
      Have text encoder, transformer and autoencoder take turns in memory: the same pictures, a little \
      later. Done by itself where they do not fit together.
      """)
  var lowMemory = false

  @Option(help: "Begin with this noise: a safetensors file with 'latents' [n, 4, H/8, W/8].")
  var initialLatents: String?

  @Option(
    help: ArgumentHelp(
      "Settings of the first steps, as recipes hold them.",
      discussion: """
        JSON such as [{"at": 3, "prompt": "a fox", "negative": "", "guidance": 4.5, "seed": 7}]: \
        until 3 steps are finished these are in force, then those of the options.
        """, valueName: "json"),
    transform: [JobRequest.BranchPoint].init(argument:))
  var branch: [JobRequest.BranchPoint]?

  func validate() throws {
    for (option, path) in [
      ("--model", model), ("--init-image", initImage), ("--initial-latents", initialLatents),
    ] where path?.isEmpty == true {
      throw ValidationError("\(option) is followed by an empty text.")
    }
    if let count, count < 1 { throw ValidationError("--count takes 1 or more, not \(count).") }
    if let steps, steps < 1 { throw ValidationError("--steps takes 1 or more, not \(steps).") }
    if let strength, !(strength > 0 && strength <= 1) {
      throw ValidationError("--strength is above 0 and at most 1, not \(strength).")
    }
    if let variationStrength, !(0...1).contains(variationStrength) {
      throw ValidationError("--variation-strength is between 0 and 1, not \(variationStrength).")
    }
    if let guidance, !(guidance >= 0 && guidance <= 100) {
      throw ValidationError("--guidance is between 0 and 100, not \(guidance).")
    }
  }

  /// Names of what was given and cannot change in the middle of a run.
  var givenForWholeRuns: [String] {
    [
      ("--model", model != nil), ("--size", size != nil), ("--bin", bin),
      ("--steps", steps != nil), ("--count", count != nil), ("--init-image", initImage != nil),
      ("--strength", strength != nil), ("--variation-strength", variationStrength != nil),
      ("--variation-seed", variationSeed != nil), ("--lora", !lora.isEmpty),
      ("--precision", precision != nil),
      ("--raw-prompt", rawPrompt), ("--tile", tile),
      ("--initial-latents", initialLatents != nil), ("--branch", branch != nil),
    ].filter(\.1).map(\.0) + control.given
  }

  /// Names of everything that was given.
  var given: [String] {
    [
      ("a prompt", prompt != nil), ("--negative", negative != nil),
      ("--guidance", guidance != nil), ("--sampler", sampler != nil), ("--seed", seed != nil),
    ].filter(\.1).map(\.0) + givenForWholeRuns
  }

  /// Puts what was given in place of what a request says.
  func apply(to job: inout JobRequest) {
    if let prompt {
      job.prompt = prompt
      job.template = nil
    }
    job.model = model ?? job.model
    job.negative = negative ?? job.negative
    job.size = size?.description ?? job.size
    job.bin = bin || job.bin
    job.steps = steps ?? job.steps
    job.guidance = guidance ?? job.guidance
    job.sampler = sampler?.rawValue ?? job.sampler
    job.seed = seed ?? job.seed
    job.variationStrength = variationStrength ?? job.variationStrength
    job.variationSeed = variationSeed ?? job.variationSeed
    job.count = count ?? job.count
    job.initImage = initImage ?? job.initImage
    job.strength = strength ?? job.strength
    control.apply(to: &job)
    job.initialLatents = initialLatents ?? job.initialLatents
    job.lora = lora.isEmpty ? job.lora : lora
    job.precision = precision?.rawValue ?? job.precision
    job.rawPrompt = rawPrompt || job.rawPrompt
    job.tile = tile || job.tile
    job.lowMemory = lowMemory || job.lowMemory
    job.branch = branch ?? job.branch
  }
}

extension Recipe.Size {
  init(argument: String) throws {
    guard let size = Self(argument) else {
      throw ValidationError("Give width and height in pixels, such as 512x768.")
    }
    self = size
  }
}

extension Recipe.Lora {
  fileprivate init(argument: String) throws {
    guard let read = Self(argument) else {
      throw ValidationError(
        "Give an adapter's file, such as ink.safetensors or ink.safetensors:0.8.")
    }
    guard (-100...100).contains(read.scale) else {
      throw ValidationError("An adapter's scale is between -100 and 100, not \(read.scale).")
    }
    self = read
  }
}

extension SamplerName {
  fileprivate static let list = allCases.map(\.rawValue).joined(separator: ", ")

  fileprivate init(argument: String) throws {
    guard let name = Self(rawValue: argument) else {
      throw ValidationError("The samplers are \(Self.list).")
    }
    self = name
  }
}

extension [JobRequest.BranchPoint] {
  fileprivate init(argument: String) throws {
    guard let read = try? JSONDecoder().decode(Self.self, from: Data(argument.utf8)) else {
      throw ValidationError("Give a list as the 'branch' of a picture's recipe has it.")
    }
    self = read
  }
}
