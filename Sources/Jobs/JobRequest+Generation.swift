import Foundation
import Gallery
public import Generation
import Schedulers

extension JobRequest {
  /// What the engine takes: texts understood, files read.
  ///
  /// - Throws: ``JobError``, or what is wrong with a file.
  public func makeRequest() throws -> GenerationRequest {
    var request = GenerationRequest(model: model, prompt: prompt)
    request.negative = negative
    request.size = try pictureSize
    request.snapsToBin = bin
    request.steps = steps
    request.guidance = guidance
    request.sampler = try samplerName
    request.seed = seed
    request.count = count
    request.cleansPrompts = !rawPrompt
    request.initImage = try initImage.map { try ImageFile.decode(URL(filePath: $0)) }
    request.strength = strength
    request.initialLatents = try initialLatents.map(InitialLatents.read)
    request.tilesDecoding = tile
    return request
  }

  /// ``size`` in numbers; nil if it is left to the model.
  var pictureSize: PictureSize? {
    get throws(JobError) {
      guard let size else { return nil }
      guard let read = Recipe.Size(size) else { throw .unreadableSize(size) }
      return PictureSize(width: read.width, height: read.height)
    }
  }

  /// ``sampler`` as the engine knows it; nil if it is left to the model.
  var samplerName: SamplerName? {
    get throws(JobError) {
      guard let sampler else { return nil }
      guard let name = SamplerName(rawValue: sampler) else { throw .unknownSampler(sampler) }
      return name
    }
  }
}
