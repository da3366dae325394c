import Conditioning
public import Gallery
public import Generation
import Kernels
import Tensors

extension JobRequest {
  /// How a picture of this request was made.
  ///
  /// - Parameter version: Of the program.
  public func recipe(for picture: GeneratedPicture, version: String) -> Recipe {
    var recipe = Recipe(prompt: prompt, negative: negative)
    recipe.version = version
    recipe.model = picture.model
    recipe.modelHash = picture.modelHash
    recipe.template = template
    if picture.cleanedPrompt != prompt { recipe.cleanedPrompt = picture.cleanedPrompt }
    recipe.size = .init(width: picture.image.width, height: picture.image.height)
    if bin {
      recipe.bin = true
      recipe.requestedSize = size.flatMap { Recipe.Size($0) }
    }
    if rawPrompt { recipe.rawPrompt = true }
    if tile { recipe.tile = true }
    recipe.initialLatents = initialLatents
    recipe.steps = steps
    recipe.guidance = guidance
    recipe.sampler = picture.sampler
    if sampler == nil { recipe.publishedSampler = true }
    recipe.seed = picture.seed
    if let variationSeed = picture.variationSeed {
      recipe.variationStrength = variationStrength
      recipe.variationSeed = variationSeed
    }
    if !branch.isEmpty {
      recipe.branch = branch.map { point in
        var own = point
        own.seed &+= picture.seed &- seed
        return own
      }
    }
    if count > 1 {
      recipe.count = count
      recipe.index = picture.index
    }
    if let initImage {
      recipe.initImage = initImage
      recipe.strength = strength
    }
    if !picture.adapters.isEmpty {
      recipe.lora = picture.adapters.map {
        Recipe.Lora(file: $0.name, scale: $0.scale, hash: $0.hash)
      }
    }
    if let summary = picture.control {
      recipe.condition = condition
      recipe.conditionDigest = summary.conditionDigest
      recipe.control = control
      recipe.controlHash = summary.hash
      recipe.edges = summary.edges.rawValue
      recipe.controlStrength = controlStrength
      recipe.controlScale = controlScale
      recipe.controlStart = controlStart
      recipe.controlEnd = controlEnd
    }
    recipe.precision = picture.precision.rawValue
    recipe.latentDigest = picture.digest.latents
    recipe.stepDigests = picture.digest.steps
    return recipe
  }
}
