public import Checkpoints
import Gallery
public import Generation
public import Kernels
import Schedulers

extension JobRequest {
  /// What decides the time and memory of this request.
  ///
  /// Its prompts are cleaned and counted, which takes a millisecond; its files are not opened.
  ///
  /// - Parameters:
  ///   - meter: Of the same model.
  ///   - cache: Where encoded prompts are looked for.
  ///   - prepared: Where a text encoder's packed weights are looked for.
  ///   - control: What a condition adds; see ``controlFacts(of:in:)``.
  ///   - device: That computes.
  ///   - isLoaded: Whether the model is open from the request before.
  /// - Returns: Nil if the model's configuration cannot be read.
  /// - Throws: What makes the request impossible.
  public func facts(
    of model: ModelDescription, meter: PromptMeter, cache: PromptCache?,
    prepared: PreparedWeights? = nil, control: ControlFacts? = nil, isLoaded: Bool,
    device: any Device
  ) throws -> RequestFacts? {
    guard let computed = try computedSteps(with: model),
      let size = try model.madeSize(pictureSize, snapsToBin: bin)
    else {
      return nil
    }
    let isGuided = guidance > 1
    var prompts = [meter.measure(prompt, cleans: !rawPrompt)]
    if isGuided {
      let other = meter.measure(negative, cleans: !rawPrompt)
      if other.usedTokens > 0 { prompts.append(other) }
    }
    var facts = RequestFacts(
      size: size, steps: computed, promptTokens: prompts.map(\.usedTokens))
    facts.isGuided = isGuided
    facts.count = count
    facts.tilesDecoding = tile
    facts.savesMemory = lowMemory
    facts.encodesImage = initImage != nil
    if !lora.isEmpty {
      let library = ModelLibrary()
      facts.adapterBytes = lora.reduce(0) { $0 + library.adapterBytes($1.file) }
    }
    facts.control = control
    facts.isLoaded = isLoaded
    facts.precision = try precisionName ?? model.usualPrecision(on: device)
    facts.encodedTokens = prompts.filter { prompt in
      cache.map { !meter.isCached(prompt, in: $0, precision: facts.precision) } ?? true
    }.map(\.usedTokens)
    facts.preparesTextEncoder =
      !facts.encodedTokens.isEmpty
      && prepared?.isMade(model, on: device, precision: facts.precision) == false
    return facts.fitting(into: AvailableMemory.bytes, with: model)
  }
}
