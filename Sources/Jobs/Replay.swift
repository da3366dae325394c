public import Foundation
public import Gallery
public import Generation
import Tensors

/// Why a picture cannot be made again.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
  case noRecipe(file: String)
  /// Several pictures, each with a recipe of its own elsewhere.
  case isSheet(file: String)
  /// A field that the recipe lacks.
  case incomplete(field: String)
  /// - Parameters:
  ///   - found: The digest of the picture that is there now.
  ///   - needed: The recipe's.
  case otherCondition(file: String, found: String, needed: String)

  public var description: String {
    switch self {
    case .noRecipe(let file):
      "'\(file)' does not say how it was made. Give a PNG as pixart saved it."
    case .isSheet(let file):
      "'\(file)' is a sheet of several pictures. Give one of these; 'pixart gallery show' names them."
    case .incomplete(let field):
      "The recipe says nothing of '\(field)', so the picture cannot be made again. Give a PNG as "
        + "pixart saved it."
    case .otherCondition(let file, let found, let needed):
      "The condition '\(file)' is another picture now: its digest is \(found), the recipe has "
        + "\(needed). Put that picture there again, or choose another one with --condition."
    }
  }
}

/// A picture's recipe as the work that makes it again.
public struct Replay: Sendable {
  /// What is asked for; change it to make another picture from this one's recipe.
  public var job: JobRequest
  /// Which of the noises of the file it began with, where that had several.
  private let noise: (index: Int, count: Int)?
  /// Of the recipe's condition; nil for one that is asked for in its place.
  public var conditionDigest: String?

  /// What the recipe does not tell, as in pictures of other programs, is as if not asked for.
  public init(_ recipe: Recipe) {
    var job = JobRequest(prompt: recipe.prompt)
    let usual = job
    job.model = recipe.model ?? usual.model
    job.template = recipe.template
    job.negative = recipe.negative
    job.bin = recipe.bin ?? false
    job.size = (job.bin ? recipe.requestedSize : recipe.size)?.description
    job.steps = recipe.steps ?? usual.steps
    job.guidance = recipe.guidance ?? usual.guidance
    job.sampler = recipe.publishedSampler == true ? nil : recipe.sampler
    job.seed = recipe.seed ?? usual.seed
    job.variationStrength = recipe.variationStrength ?? usual.variationStrength
    job.variationSeed = recipe.variationSeed ?? usual.variationSeed
    job.initImage = recipe.initImage
    job.strength = recipe.strength ?? usual.strength
    job.condition = recipe.condition
    job.control = recipe.control
    job.edges = recipe.edges
    job.controlStrength = recipe.controlStrength ?? usual.controlStrength
    job.controlScale = recipe.controlScale ?? usual.controlScale
    job.controlStart = recipe.controlStart ?? usual.controlStart
    job.controlEnd = recipe.controlEnd ?? usual.controlEnd
    conditionDigest = recipe.conditionDigest
    job.initialLatents = recipe.initialLatents
    job.lora = recipe.lora ?? []
    // Before there was a choice, all was fp32.
    job.precision = recipe.precision ?? (recipe.version == nil ? nil : "fp32")
    job.rawPrompt = recipe.rawPrompt ?? false
    job.tile = recipe.tile ?? false
    job.branch = recipe.branch ?? []
    self.job = job
    if recipe.initialLatents != nil, let count = recipe.count, let index = recipe.index {
      noise = (index, count)
    } else {
      noise = nil
    }
  }

  /// - Parameter file: A PNG with a recipe.
  /// - Throws: ``ReplayError``, `ImageError`.
  public init(file: URL) throws { self.init(try Recipe(of: file)) }

  /// Refuses what would make another picture than the recipe's, because it does not say enough.
  ///
  /// - Throws: ``ReplayError/incomplete(field:)``.
  public static func checkIsComplete(_ recipe: Recipe) throws(ReplayError) {
    let missing: [(String, Bool)] = [
      ("model", recipe.model == nil), ("steps", recipe.steps == nil),
      ("guidance", recipe.guidance == nil), ("sampler", recipe.sampler == nil),
      ("seed", recipe.seed == nil), ("size", recipe.size == nil),
    ]
    if let field = missing.first(where: \.1)?.0 { throw .incomplete(field: field) }
  }

  /// What the engine takes.
  ///
  /// - Throws: ``JobError``, or what is wrong with a file.
  public func makeRequest() throws -> GenerationRequest {
    var request = try job.makeRequest()
    if let conditionDigest, let condition = request.control?.condition,
      condition.digest != conditionDigest
    {
      throw ReplayError.otherCondition(
        file: job.condition ?? "", found: condition.digest, needed: conditionDigest)
    }
    if let noise = usedNoise, let latents = request.initialLatents, latents.count == noise.count,
      noise.index < noise.count
    {
      request.initialLatents = latents.picture(noise.index)
    }
    return request
  }

  /// How a picture of this request was made.
  public func recipe(for picture: GeneratedPicture, version: String) -> Recipe {
    var recipe = job.recipe(for: picture, version: version)
    if let usedNoise {
      recipe.count = usedNoise.count
      recipe.index = usedNoise.index
    }
    return recipe
  }

  /// Several pictures take the whole file.
  private var usedNoise: (index: Int, count: Int)? {
    job.count == 1 && job.initialLatents != nil ? noise : nil
  }
}

extension Recipe {
  /// The recipe in a PNG.
  ///
  /// - Throws: ``ReplayError`` if there is none, `ImageError` if the file cannot be read.
  public init(of file: URL) throws {
    guard access(file.path, R_OK) == 0 else {
      throw ImageError.unreadable(file: file.path, reason: String(cString: strerror(errno)))
    }
    let png = try Data(contentsOf: file)
    guard try SheetRecord(readingFrom: png, named: file.path) == nil else {
      throw ReplayError.isSheet(file: file.path)
    }
    guard let recipe = try Recipe(readingFrom: png, named: file.path) else {
      throw ReplayError.noRecipe(file: file.path)
    }
    self = recipe
  }
}
