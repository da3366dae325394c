import Kernels

extension GenerationRequest {
  /// How the parts of a model go about with memory: in turns if that is asked for, or if there is no
  /// other way.
  ///
  /// - Parameters:
  ///   - precision: Of large products.
  ///   - isLoaded: Whether the transformer is open, so that its packed weights have their memory already.
  ///   - cache: Where prompts may be that need no text encoder.
  ///   - control: What a condition adds to it.
  ///   - available: Bytes that can be had; nothing is told of memory if nil.
  /// - Throws: ``GenerationError/notEnoughMemory(needed:available:size:)`` for what fits in no way; what
  ///   cannot be told is left to the run.
  func memoryUse(
    _ model: ModelDescription, precision: Precision, isLoaded: Bool, cache: PromptCache?,
    control: ControlFacts? = nil, available: Int?
  ) throws(GenerationError) -> MemoryUse {
    let asked = savesMemory ? MemoryUse.inTurns : .together
    guard let available,
      var facts = facts(model, precision: precision, isLoaded: isLoaded)
    else { return asked }
    facts.control = control
    var fitting = facts.fitting(into: available, with: model)
    // Whether prompts need the text encoder at all is looked for only where that decides.
    if fitting != facts, let meter = try? PromptMeter(model: model.folder) {
      facts.encodedTokens = texts.map { meter.measure($0, cleans: cleansPrompts) }.filter { text in
        cache.map { !meter.isCached(text, in: $0, precision: precision) } ?? true
      }.map(\.usedTokens)
      fitting = facts.fitting(into: available, with: model)
    }
    try RequestWork(fitting, of: model)?.checkFits(
      fitting.size, into: available, isLoaded: isLoaded)
    guard fitting != facts, let work = RequestWork(facts, of: model) else { return asked }
    return .inTurnsOfNecessity(needed: work.peak.bytes, available: available)
  }

  /// What decides its memory, if no prompt is in a cache; nil for steps and sizes that cannot be.
  private func facts(_ model: ModelDescription, precision: Precision, isLoaded: Bool)
    -> RequestFacts?
  {
    guard (1...1000).contains(steps), let made = try? model.madeSize(size, snapsToBin: snapsToBin)
    else { return nil }
    let isGuided = (branch.map(\.settings.guidance) + [guidance]).contains { $0 > 1 }
    var facts = RequestFacts(
      size: made, steps: steps,
      promptTokens: Array(repeating: model.maxTokens, count: isGuided ? 2 : 1))
    facts.encodedTokens = facts.promptTokens
    facts.isGuided = isGuided
    facts.tilesDecoding = tilesDecoding
    facts.isLoaded = isLoaded
    facts.precision = precision
    facts.savesMemory = savesMemory
    return facts
  }

  /// Everything the text encoder may have to read.
  private var texts: [String] {
    (branch.map(\.settings) + [stepSettings]).flatMap {
      $0.guidance > 1 ? [$0.prompt, $0.negative] : [$0.prompt]
    }
  }
}
