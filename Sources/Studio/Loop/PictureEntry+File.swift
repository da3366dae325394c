import Foundation
import Gallery
import Schedulers

extension PictureEntry {
  init(file: URL, recipe: Recipe?) {
    guard let recipe else {
      self.init(path: file.path, title: file.lastPathComponent, detail: "made elsewhere")
      return
    }
    var parts: [String] = []
    if let size = recipe.size { parts.append("\(size)") }
    if let steps = recipe.steps { parts.append("\(steps) steps") }
    if let seed = recipe.seed { parts.append("seed \(seed)") }
    if let model = recipe.model, model != "default" { parts.append(model) }
    self.init(path: file.path, title: recipe.prompt, detail: parts.joined(separator: " · "))
  }
}

extension SavedRecipe {
  /// - Parameters:
  ///   - origin: Models and samplers of other programs are left out unless this one has them too.
  ///   - settings: Where the recipe says nothing, they stay.
  init(
    _ recipe: Recipe, madeBy origin: PictureOrigin? = .pixart, settings: RequestSettings
  ) {
    var settings = settings
    let isOurs = origin == .pixart
    if isOurs, let model = recipe.model { settings.model = model }
    settings.style = nil
    settings.size = (recipe.requestedSize ?? recipe.size)?.description
    settings.bin = recipe.bin ?? false
    if let steps = recipe.steps { settings.steps = steps }
    if let guidance = recipe.guidance { settings.guidance = guidance }
    settings.sampler =
      recipe.publishedSampler == true
      ? nil : recipe.sampler.flatMap { isOurs ? $0 : SamplerName(rawValue: $0)?.rawValue }
    settings.branch = recipe.branch ?? []
    if let seed = recipe.seed {
      settings.seed = seed
      settings.seedMode = .fixed
    }
    settings.count = 1
    settings.initImage = recipe.initImage
    if let strength = recipe.strength { settings.strength = strength }
    settings.condition = recipe.condition
    if recipe.condition != nil {
      settings.control = recipe.control
      settings.edges = recipe.edges
      settings.controlStrength = recipe.controlStrength ?? 1
      settings.controlScale = recipe.controlScale ?? 1
      settings.controlStart = recipe.controlStart ?? 0
      settings.controlEnd = recipe.controlEnd ?? 1
    }
    settings.variationStrength = recipe.variationStrength ?? 0
    if let seed = recipe.variationSeed { settings.variationSeed = seed }
    settings.lora = recipe.lora ?? []
    settings.precision = recipe.precision ?? (recipe.version == nil ? nil : "fp32")
    settings.rawPrompt = recipe.rawPrompt ?? false
    settings.tile = recipe.tile ?? false
    settings.clamp()
    self.init(
      prompt: recipe.prompt, negative: recipe.negative, settings: settings,
      leftOut: recipe.initialLatents.map { "Its noise came from \($0), which is left out." })
  }
}

extension Recipe {
  /// - Returns: Nil if the picture does not say how it was made.
  init?(file: URL) throws {
    try self.init(readingFrom: Data(contentsOf: file), named: file.lastPathComponent)
  }
}
