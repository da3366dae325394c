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

  /// One picture of this request, asked for alone.
  ///
  /// - Parameter index: From 0.
  public func alone(_ index: Int) -> GenerationRequest {
    var single = self
    single.count = 1
    single.seed &+= UInt64(index)
    for point in single.branch.indices { single.branch[point].settings.seed &+= UInt64(index) }
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
