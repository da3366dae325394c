import Foundation

extension ModelFolder {
  /// The same model with its missing parts borrowed from one that the user chose.
  ///
  /// - Throws: ``ModelError/incomplete(model:missing:family:captionChannels:)`` if that has none
  ///   that fit.
  public func completed(from lender: ModelFolder) throws -> ModelFolder {
    try completed { _ in [lender] }
  }

  /// The same model with its missing parts borrowed from the best of others.
  ///
  /// Parts of the same family come first, from the repositories published for it before others.
  /// The text encoder is the same network everywhere and may be the other family's; an
  /// autoencoder may not.
  ///
  /// - Throws: ``ModelError/incomplete(model:missing:family:captionChannels:)``, or
  ///   ``ModelError/noTransformer(model:parts:)`` if there is nothing to complete.
  public func completed(among others: [ModelFolder]) throws -> ModelFolder {
    let published = ModelFamily.lenders[family] ?? []
    func rank(_ other: ModelFolder) -> Int {
      let last = other.name.split(separator: "/").last.map(String.init) ?? other.name
      return (other.family == family ? 0 : 1000)
        + (published.firstIndex(of: last) ?? published.count)
    }
    let ranked = others.enumerated().sorted { (rank($0.1), $0.0) < (rank($1.1), $1.0) }.map(\.1)
    return try completed { part in
      part == .autoencoder ? ranked.filter { $0.family == family } : ranked
    }
  }

  private func completed(from lenders: (ModelPart) -> [ModelFolder]) throws -> ModelFolder {
    guard hasTransformer else {
      throw ModelError.noTransformer(
        model: name, parts: ModelPart.allCases.filter { parts[$0] != nil })
    }
    guard !missing.isEmpty else { return self }
    let configuration = try TransformerConfiguration(self.configuration(.transformer))
    var complete = self
    // The text encoder comes before its tokenizer in `missing`, so that the two go together.
    for part in missing {
      let lender = lenders(part).first { complete.fits($0, part, configuration) }
      guard let lender, let folder = lender.parts[part]?.folder else { continue }
      complete.parts[part] = Location(folder: folder, lender: lender.name)
    }
    guard complete.missing.isEmpty else {
      if let file {
        throw ModelError.incompleteFile(
          file: file.path, missing: complete.missing, family: family,
          captionChannels: configuration.captionChannels)
      }
      throw ModelError.incomplete(
        model: name, missing: complete.missing, family: family,
        captionChannels: configuration.captionChannels)
    }
    return complete
  }

  /// Whether a lender's part would work here; one that cannot be read does not.
  private func fits(
    _ lender: ModelFolder, _ part: ModelPart, _ configuration: TransformerConfiguration
  ) -> Bool {
    guard lender.parts[part]?.lender == nil, lender.parts[part] != nil else { return false }
    switch part {
    case .textEncoder:
      return (try? lender.textEncoderConfiguration())?.dModel == configuration.captionChannels
        && lender.hasWeights(part)
    case .tokenizer:
      guard let own = try? textEncoderConfiguration(),
        let other = try? lender.textEncoderConfiguration()
      else { return false }
      return own.vocabSize == other.vocabSize && own.dModel == other.dModel
    case .autoencoder:
      return (try? lender.autoencoderConfiguration())?.latentChannels == configuration.inChannels
        && lender.hasWeights(part)
    case .transformer, .scheduler:
      return true
    }
  }

  private func hasWeights(_ part: ModelPart) -> Bool {
    parts[part].flatMap { try? Checkpoint.weightsFile(in: $0.folder) } != nil
  }
}
