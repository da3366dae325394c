import Kernels

extension GenerationRequest {
  /// Refuses what cannot fit into the memory there is; what cannot be told is left to the run.
  ///
  /// - Parameters:
  ///   - precision: Of large products.
  ///   - isLoaded: Whether the model is open, so that its packed weights have their memory already.
  /// - Throws: ``GenerationError/notEnoughMemory(needed:available:size:)``.
  func checkFits(_ model: ModelDescription, precision: Precision, isLoaded: Bool)
    throws(GenerationError)
  {
    // Steps that cannot be are refused by the run.
    guard (1...1000).contains(steps), let made = try? model.madeSize(size, snapsToBin: snapsToBin)
    else { return }
    let isGuided = (branch.map(\.settings.guidance) + [guidance]).contains { $0 > 1 }
    var facts = RequestFacts(
      size: made, steps: steps,
      promptTokens: Array(repeating: model.maxTokens, count: isGuided ? 2 : 1))
    facts.isGuided = isGuided
    facts.tilesDecoding = tilesDecoding
    facts.precision = precision
    try RequestWork(facts, of: model)?.checkFits(made, isLoaded: isLoaded)
  }
}
