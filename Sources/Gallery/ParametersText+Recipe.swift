import Foundation

extension ParametersText {
  /// What A1111's relatives can show of a recipe, under their names.
  public init(_ recipe: Recipe) {
    let settings: [(String, String?)] = [
      ("Steps", recipe.steps.map(String.init)),
      ("Sampler", recipe.sampler.map(SharedSamplerName.shared)),
      ("CFG scale", recipe.guidance.map(Self.number)),
      ("Seed", recipe.seed.map(String.init)),
      ("Size", recipe.size?.description),
      ("Model hash", recipe.modelHash),
      ("Model", recipe.model),
      ("Variation seed", recipe.variationSeed.map(String.init)),
      ("Variation seed strength", recipe.variationStrength.map(Self.number)),
      ("Denoising strength", recipe.strength.map(Self.number)),
      ("Version", recipe.version.map { "pixart \($0)" }),
    ]
    self.init(
      prompt: recipe.prompt, negative: recipe.negative,
      settings: settings.compactMap { name, value in value.map { Setting(name, $0) } })
  }

  /// `7` and `4.5`, as Python's users type them.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}

extension Recipe {
  /// What a `parameters` text tells; values that make no sense are left out.
  public init(_ parameters: ParametersText) {
    self.init(prompt: parameters.prompt, negative: parameters.negative)
    steps = parameters["Steps"].flatMap { Int($0) }
    sampler = parameters["Sampler"].map {
      SharedSamplerName.own($0, schedule: parameters["Schedule type"])
    }
    guidance = parameters["CFG scale"].flatMap { Double($0) }
    seed = parameters["Seed"].flatMap { UInt64($0) }
    size = parameters["Size"].flatMap { Size($0) }
    modelHash = parameters["Model hash"]
    model = parameters["Model"]
    let variation = parameters["Variation seed strength"].flatMap { Double($0) }
    if let variation, variation > 0, let seed = parameters["Variation seed"].flatMap({ UInt64($0) })
    {
      (variationStrength, variationSeed) = (variation, seed)
    }
    strength = parameters["Denoising strength"].flatMap { Double($0) }
    if let text = parameters["Version"], text.hasPrefix("pixart ") {
      version = String(text.dropFirst("pixart ".count))
    }
  }
}
