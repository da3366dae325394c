import Foundation
import Gallery
public import Generation
import Kernels
import Schedulers

extension JobRequest {
  /// What the engine takes: texts understood, files read.
  ///
  /// - Throws: ``JobError``, or what is wrong with a file.
  public func makeRequest() throws -> GenerationRequest {
    var request = try makeRequestWithoutFiles()
    request.initImage = try initImage.map { try ImageFile.decode(URL(filePath: $0)) }
    request.control = try makeControl()
    request.initialLatents = try initialLatents.map(InitialLatents.read)
    return request
  }

  /// How many steps the engine computes for one picture, branches included.
  ///
  /// - Returns: Nil if the model's configuration cannot be read.
  /// - Throws: What makes them impossible.
  public func computedSteps(with model: ModelDescription) throws -> Int? {
    try model.computedSteps(
      of: makeRequestWithoutFiles(), strength: initImage == nil ? nil : strength)
  }

  func makeRequestWithoutFiles() throws(JobError) -> GenerationRequest {
    var request = GenerationRequest(model: model, prompt: prompt)
    request.negative = negative
    request.size = try pictureSize
    request.snapsToBin = bin
    request.steps = steps
    request.guidance = guidance
    request.sampler = try samplerName
    request.seed = seed
    request.variationStrength = variationStrength
    request.variationSeed = variationSeed
    request.count = count
    request.cleansPrompts = !rawPrompt
    request.strength = strength
    request.adapters = lora.map { AdapterChoice($0.file, scale: $0.scale, hash: $0.hash) }
    request.precision = try precisionName
    request.tilesDecoding = tile
    request.savesMemory = lowMemory
    for point in branch {
      let settings = StepSettings(
        prompt: point.prompt, negative: point.negative, guidance: point.guidance,
        sampler: try Self.samplerName(point.sampler), seed: point.seed)
      request.branch.append(Generation.BranchPoint(at: point.at, settings: settings))
    }
    return request
  }

  /// ``size`` in numbers; nil if it is left to the model.
  public var pictureSize: PictureSize? {
    get throws(JobError) {
      guard let size else { return nil }
      guard let read = Recipe.Size(size) else { throw .unreadableSize(size) }
      return PictureSize(width: read.width, height: read.height)
    }
  }

  /// ``sampler`` as the engine knows it; nil if it is left to the model.
  var samplerName: SamplerName? {
    get throws(JobError) { try Self.samplerName(sampler) }
  }

  /// ``precision`` as the engine knows it; nil if it is left to the engine.
  var precisionName: Precision? {
    get throws(JobError) {
      guard let precision else { return nil }
      guard let name = Precision(rawValue: precision) else { throw .unknownPrecision(precision) }
      return name
    }
  }

  private static func samplerName(_ text: String?) throws(JobError) -> SamplerName? {
    guard let text else { return nil }
    guard let name = SamplerName(rawValue: text) else { throw .unknownSampler(text) }
    return name
  }
}
