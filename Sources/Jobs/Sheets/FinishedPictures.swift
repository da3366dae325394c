import Checkpoints
public import Foundation
public import Gallery
public import Generation
public import Kernels

/// Tells saved pictures that a request would make again, bit for bit, from others.
public struct FinishedPictures {
  private let device: any Device
  private let version: String
  /// Of models' weights, by the names that requests call them.
  private var hashes: [String: String] = [:]

  /// - Parameters:
  ///   - device: That would compute.
  ///   - version: Of the program.
  public init(device: any Device, version: String) {
    self.device = device
    self.version = version
  }

  /// Whether a file is whole and what the request makes.
  ///
  /// Never for a request that begins with a file, which may be another one now.
  public mutating func contains(
    _ file: URL, madeFor job: JobRequest, with model: ModelDescription
  ) -> Bool {
    guard job.initImage == nil, job.initialLatents == nil, job.count == 1,
      let recipe = try? Recipe(of: file), recipe.version == version, recipe.latentDigest != nil
    else { return false }
    let hash = hashes[job.model] ?? model.folder.weightsHash
    hashes[job.model] = hash
    guard recipe.modelHash == hash, recipe.initImage == nil, recipe.initialLatents == nil,
      recipe.count == nil
    else { return false }
    var made = Replay(recipe).job
    var asked = job
    // What a recipe always says, and a request need not.
    asked.precision = job.precision ?? model.usualPrecision(on: device).rawValue
    if !job.bin { asked.size = job.size ?? model.nativeSize?.description }
    // What a recipe leaves out or calls by another name, and what changes no picture.
    made.model = asked.model
    made.style = asked.style
    made.template = asked.template
    made.strength = asked.strength
    if !job.isVaried { made.variationSeed = asked.variationSeed }
    return made == asked && (try? ImageFile.decode(file)) != nil
  }
}
