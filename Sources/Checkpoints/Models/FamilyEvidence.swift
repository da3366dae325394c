import Foundation

/// Everything that tells PixArt-α from PixArt-Σ when it is not written down.
///
/// Both transformers have the same names and shapes, except for the micro-conditions of α at
/// 1024 px, so the rest goes by names and by what the folders were published with.
struct FamilyEvidence {
  let name: String
  let pipelineClass: String?
  let parts: [ModelPart: ModelFolder.Location]

  var conclusion: (ModelFamily, String) {
    // PixArt-Σ's shared parts name PixArt-α's pipeline, so without a transformer the class
    // proves nothing.
    let stated = pipelineClass.flatMap(ModelFamily.init(pipelineClass:))
    if let stated, parts[.transformer] != nil { return (stated, "model_index.json") }
    return byWeights ?? byName ?? byAutoencoder
      ?? stated.map { ($0, "model_index.json") } ?? byScheduler ?? byTransformer
  }

  private var byWeights: (ModelFamily, String)? {
    guard let folder = parts[.transformer]?.folder,
      let checkpoint = try? Checkpoint(folder: folder),
      checkpoint.contains("adaln_single.emb.resolution_embedder.linear_1.weight")
    else { return nil }
    return (.alpha, "the transformer takes size and aspect ratio")
  }

  private var byName: (ModelFamily, String)? {
    // Only the last name: the organisation of both is called PixArt-alpha.
    let last = name.split(separator: "/").last?.lowercased() ?? ""
    if last.contains("sigma") { return (.sigma, "the name \(name.quoted)") }
    if ["alpha", "pixart-xl-2", "pixart-lcm"].contains(where: last.contains) {
      return (.alpha, "the name \(name.quoted)")
    }
    return nil
  }

  private var byAutoencoder: (ModelFamily, String)? {
    guard let configuration = configuration(.autoencoder),
      let factor = try? configuration.number("scaling_factor", in: 0...10)
    else { return nil }
    let families: [(ModelFamily, Double)] = [(.alpha, 0.18215), (.sigma, 0.13025)]
    return families.first { abs($0.1 - factor) < 1e-4 }
      .map { ($0.0, "the autoencoder's scaling factor \(factor)") }
  }

  /// PixArt-δ and the one-step model were made from α.
  private var byScheduler: (ModelFamily, String)? {
    guard let name = try? configuration(.scheduler)?.string("_class_name"),
      ["LCMScheduler", "DDPMScheduler"].contains(name)
    else { return nil }
    return (.alpha, "the scheduler \(name.quoted)")
  }

  /// Σ's configurations state what α's leave to defaults.
  private var byTransformer: (ModelFamily, String) {
    let states = configuration(.transformer)?["interpolation_scale"] != nil
    return (states ? .sigma : .alpha, "the keys of the transformer's config.json")
  }

  private func configuration(_ part: ModelPart) -> ConfigurationFile? {
    parts[part].flatMap {
      try? ConfigurationFile($0.folder.appending(path: part.configurationName))
    }
  }
}
