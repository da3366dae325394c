public import Foundation

/// A transformer in one file, as PixArt's authors publish them: `PixArt-XL-2-512x512.pth`.
///
/// A published ControlNet's file is one too: the transformer that it was trained for is in it.
/// What the file does not say is told by its name, or by a configuration beside it. The other parts
/// may lie beside it too, under diffusers' names or those of the authors' repositories.
extension ModelFolder {
  /// - Parameters:
  ///   - name: Nothing takes the file's.
  ///   - family: Nothing finds it out.
  /// - Throws: ``CheckpointError`` if the file cannot be read, ``ModelError`` if it holds something
  ///   else.
  public init(file: URL, name: String? = nil, family: ModelFamily? = nil) throws {
    let file = file.standardizedFileURL
    let contents = try Checkpoint(file: file)
    let holdsControlNet = contents.kind == .controlNet
    guard let checkpoint = holdsControlNet ? contents.baseModel : contents,
      checkpoint.kind == .transformer
    else {
      throw ModelError.noTransformerFile(file: file.path, kind: contents.kind)
    }
    let name = name ?? file.lastPathComponent
    let facts = try TransformerFile(checkpoint, file: file, family: family)
    let folder = file.deletingLastPathComponent()
    var parts = [ModelPart.transformer: Location(folder: folder, lender: nil)]
    for part in ModelPart.allCases where part != .transformer {
      let places = facts.family.places(of: part).map { folder.appending(path: $0) }
      if let place = places.first(where: { $0.appending(path: part.configurationName).isFile }) {
        parts[part] = Location(folder: place, lender: nil)
      }
    }
    var stated = [ModelPart.transformer: facts.configuration]
    if parts[.scheduler] == nil {
      parts[.scheduler] = Location(folder: folder, lender: nil)
      stated[.scheduler] = ConfigurationFile(
        source: file.path, values: PublishedScheduler(modelName: name).values)
    }
    self.init(
      name: name, folder: folder, file: file, family: facts.family,
      familyEvidence: facts.familyEvidence, parts: parts, stated: stated,
      transformer: facts.checkpoint, fileHoldsControlNet: holdsControlNet)
  }
}

extension ModelFamily {
  /// Where a part may lie, seen from a transformer's file.
  fileprivate func places(of part: ModelPart) -> [String] {
    let lender = "pixart_sigma_sdxlvae_T5_diffusers/\(part.rawValue)"
    switch part {
    case .textEncoder, .tokenizer:
      return [part.rawValue, "t5-v1_1-xxl", "t5_ckpts/t5-v1_1-xxl", lender]
    case .autoencoder: return [part.rawValue, self == .alpha ? "sd-vae-ft-ema" : lender]
    case .transformer, .scheduler: return [part.rawValue]
    }
  }
}
