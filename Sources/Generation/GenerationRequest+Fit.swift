import Kernels

extension GenerationRequest {
  /// Refuses what cannot fit into the memory there is; what cannot be told is left to the run.
  ///
  /// - Parameter precision: Of the transformer's products.
  /// - Throws: ``GenerationError/notEnoughMemory(needed:available:size:)``.
  func checkFits(_ model: ModelDescription, precision: Precision) throws(GenerationError) {
    guard let made = try? model.madeSize(size, snapsToBin: snapsToBin) else { return }
    let isGuided = (branch.map(\.settings.guidance) + [guidance]).contains { $0 > 1 }
    var facts = RequestFacts(
      size: made, steps: steps, promptTokens: model.maxTokens * (isGuided ? 2 : 1))
    facts.isGuided = isGuided
    facts.tilesDecoding = tilesDecoding
    facts.precision = precision
    try RequestWork(facts, of: model)?.checkFits(made)
  }
}
