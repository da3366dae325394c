import Tensors

extension GenerationRequest {
  /// The settings of the last steps; of all steps without branches.
  public var stepSettings: StepSettings {
    get {
      StepSettings(
        prompt: prompt, negative: negative, guidance: guidance, sampler: sampler, seed: seed)
    }
    set {
      prompt = newValue.prompt
      negative = newValue.negative
      guidance = newValue.guidance
      sampler = newValue.sampler
      seed = newValue.seed
    }
  }

  /// The settings that a step is made with.
  ///
  /// - Parameter step: From 0.
  func settings(ofStep step: Int) -> StepSettings {
    branch.first { $0.at > step }?.settings ?? stepSettings
  }

  /// Whether the noise to begin with is another than the seed's.
  public var isVaried: Bool { variationStrength != 0 }

  /// What is added to every seed for a picture, from 0; varied pictures share their seeds.
  func seedOffset(ofPicture index: Int) -> UInt64 { isVaried ? 0 : UInt64(index) }

  /// One picture of this request, asked for alone.
  ///
  /// - Parameter index: From 0.
  public func alone(_ index: Int) -> GenerationRequest {
    var single = self
    single.count = 1
    let offset = seedOffset(ofPicture: index)
    single.seed &+= offset
    for point in single.branch.indices { single.branch[point].settings.seed &+= offset }
    if isVaried { single.variationSeed &+= UInt64(index) }
    // Noise for another number of pictures is refused when the run begins.
    if let latents = initialLatents, latents.count == count {
      single.initialLatents = latents.picture(index)
    }
    return single
  }

  /// What decides the first steps and nothing else.
  ///
  /// - Parameter count: Of steps, 1 and more.
  func first(_ count: Int) -> GenerationRequest {
    var first = self
    first.branch = branch.filter { $0.at < count }
    first.stepSettings = settings(ofStep: count - 1)
    return first
  }
}
