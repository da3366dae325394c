public import Gallery

/// A request as people write it: files by path, everything that `pixart generate` takes.
///
/// It is what a queue keeps, a batch file holds and a command line says; its keys are the options.
public struct JobRequest: Sendable, Equatable {
  public typealias BranchPoint = Recipe.BranchPoint
  public typealias Lora = Recipe.Lora

  public var model = "default"
  /// What is made: alternatives chosen, styles and wildcards filled in.
  public var prompt: String
  /// What `prompt` came from, if that was something else.
  public var template: String?
  /// Name of the style that was put around the template.
  public var style: String?
  public var negative = ""
  /// Written like `512x768`; the model's own size if nil.
  public var size: String?
  public var bin = false
  public var steps = 20
  public var guidance = 4.5
  /// A sampler's name; the one the model is published with if nil.
  public var sampler: String?
  /// Of the first picture; each further one has the next.
  public var seed: UInt64 = 0
  /// How far the noise to begin with is on the way to that of ``variationSeed``.
  ///
  /// From 0, not at all, to 1. Above 0 all pictures have the same seed, and each further one has the
  /// next variation seed.
  public var variationStrength = 0.0
  public var variationSeed: UInt64 = 0
  public var count = 1
  /// Path of the picture to begin with.
  public var initImage: String?
  public var strength = 0.8
  /// Path of the picture whose edges lead this one.
  public var condition: String?
  /// Name or file of the ControlNet; the one that comes with the model if nil.
  public var control: String?
  /// Where the condition's edges come from: hed, canny or none; hed if there is such a network, else
  /// canny, if nil.
  public var edges: String?
  /// What edges are multiplied by.
  public var controlStrength = 1.0
  /// What the ControlNet's results are multiplied by.
  public var controlScale = 1.0
  /// The shares of the steps between which the ControlNet leads.
  public var controlStart = 0.0
  public var controlEnd = 1.0
  /// Path of the noise to begin with in place of the seeds'.
  public var initialLatents: String?
  /// Adapters of the transformer, which add up; those with a hash are refused if it is another one.
  public var lora: [Lora] = []
  /// fp32, bf16 or int8; what suits model and machine if nil.
  public var precision: String?
  public var rawPrompt = false
  public var tile = false
  /// Whether text encoder, transformer and autoencoder take turns in memory.
  ///
  /// No part of a recipe, as pictures are the same.
  public var lowMemory = false
  /// Where the run turns to other settings, with those that are in force until then.
  ///
  /// The request's own prompt, negative prompt, guidance, sampler and seed are those of the last
  /// steps.
  public var branch: [BranchPoint] = []

  public init(prompt: String) { self.prompt = prompt }
}

extension JobRequest: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case model, prompt, template, style, negative, size, bin, steps, guidance, sampler, seed, count
    case strength, condition, control, edges, lora, precision, tile, branch
    case controlStrength = "control-strength"
    case controlScale = "control-scale"
    case controlStart = "control-start"
    case controlEnd = "control-end"
    case initImage = "init-image"
    case initialLatents = "initial-latents"
    case variationStrength = "variation-strength"
    case variationSeed = "variation-seed"
    case rawPrompt = "raw-prompt"
    case lowMemory = "low-memory"
  }

  /// Reads what earlier and later versions wrote: missing keys but `prompt` mean their defaults,
  /// unknown ones are passed over.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(prompt: try values.decode(String.self, forKey: .prompt))
    func read<Value: Decodable>(_ key: CodingKeys, into value: inout Value) throws {
      value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    func readOptional<Value: Decodable>(_ key: CodingKeys, into value: inout Value?) throws {
      value = try values.decodeIfPresent(Value.self, forKey: key)
    }
    try read(.model, into: &model)
    try readOptional(.template, into: &template)
    try readOptional(.style, into: &style)
    try read(.negative, into: &negative)
    try readOptional(.size, into: &size)
    try read(.bin, into: &bin)
    try read(.steps, into: &steps)
    try read(.guidance, into: &guidance)
    try readOptional(.sampler, into: &sampler)
    try read(.seed, into: &seed)
    try read(.variationStrength, into: &variationStrength)
    try read(.variationSeed, into: &variationSeed)
    try read(.count, into: &count)
    try readOptional(.initImage, into: &initImage)
    try read(.strength, into: &strength)
    try readOptional(.condition, into: &condition)
    try readOptional(.control, into: &control)
    try readOptional(.edges, into: &edges)
    try read(.controlStrength, into: &controlStrength)
    try read(.controlScale, into: &controlScale)
    try read(.controlStart, into: &controlStart)
    try read(.controlEnd, into: &controlEnd)
    try readOptional(.initialLatents, into: &initialLatents)
    try read(.lora, into: &lora)
    try readOptional(.precision, into: &precision)
    try read(.rawPrompt, into: &rawPrompt)
    try read(.tile, into: &tile)
    try read(.lowMemory, into: &lowMemory)
    try read(.branch, into: &branch)
  }

  /// The names of all fields, which are those of the options.
  public static var names: [String] { CodingKeys.allCases.map(\.rawValue) }
}
