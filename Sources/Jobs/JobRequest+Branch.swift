import Gallery

extension JobRequest {
  /// A branch of this request: the same up to a step, and what is then changed from there on.
  ///
  /// The result has the settings of the next step. Left as they are, it ends in the same picture,
  /// unless this request itself turns to others later on: those are left out.
  ///
  /// - Parameter step: How many steps stay as they are, 1 and more.
  public func branched(at step: Int) -> JobRequest {
    var child = self
    child.branch = branch.filter { $0.at < step }
    var point = settings(ofStep: step - 1)
    point.at = step
    child.branch.append(point)
    let next = settings(ofStep: step)
    child.prompt = next.prompt
    child.negative = next.negative
    child.guidance = next.guidance
    child.sampler = next.sampler
    child.seed = next.seed
    return child
  }

  /// Whether the noise to begin with is another than the seed's.
  public var isVaried: Bool { variationStrength != 0 }

  /// One picture of this request, asked for alone.
  ///
  /// - Parameter index: From 0.
  public func alone(_ index: Int) -> JobRequest {
    var single = self
    single.count = 1
    if isVaried {
      single.variationSeed &+= UInt64(index)
    } else {
      single.seed &+= UInt64(index)
      for point in single.branch.indices { single.branch[point].seed &+= UInt64(index) }
    }
    return single
  }

  /// - Parameter step: From 0.
  private func settings(ofStep step: Int) -> BranchPoint {
    branch.first { $0.at > step }
      ?? BranchPoint(
        at: step, prompt: prompt, negative: negative, guidance: guidance, sampler: sampler,
        seed: seed)
  }
}
