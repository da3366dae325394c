import Foundation
public import Generation
import Schedulers

extension ModelDescription {
  /// What would go wrong with a request, or be worth a second thought; in microseconds, from what
  /// is already known of the model.
  ///
  /// - Parameters:
  ///   - job: Its start image and noise are looked for, but not opened.
  ///   - forecast: Of this request.
  ///   - available: Bytes of memory that can be had.
  public func problems(
    for job: JobRequest, forecast: GenerationForecast? = nil, available: Int? = nil
  ) -> [RequestProblem] {
    var problems = faults.map { RequestProblem(.model, .error, $0) }
    problems += sizeProblems(job) + samplingProblems(job) + fileProblems(job)
    problems += adapterProblems(job)
    if !(1...GenerationRequest.mostPictures).contains(job.count) {
      let error = GenerationError.countOutOfRange(job.count, most: GenerationRequest.mostPictures)
      problems.append(RequestProblem(.count, .error, "\(error)"))
    }
    if !(0...100).contains(job.guidance) {
      let error = GenerationError.guidanceOutOfRange(job.guidance)
      problems.append(RequestProblem(.guidance, .error, "\(error)"))
    } else if job.guidance > 12, publishedSampler?.isForDistilled != true,
      job.adapterForLCM == nil
    {
      problems.append(
        RequestProblem(
          .guidance, .warning,
          "Guidance \(job.guidance) burns colours in most pictures. \(suggestedGuidance) is usual."
        ))
    }
    if !(0...1).contains(job.variationStrength) {
      let error = GenerationError.variationStrengthOutOfRange(job.variationStrength)
      problems.append(RequestProblem(.variationStrength, .error, "\(error)"))
    } else if job.isVaried, job.initialLatents != nil {
      problems.append(
        RequestProblem(.initialLatents, .error, "\(GenerationError.initialLatentsVaried)"))
    }
    if let forecast, let available, forecast.peakBytes > available {
      problems.append(
        RequestProblem(
          .memory, .warning,
          "About \(gigabytes(forecast.peakBytes)) of memory are needed, but "
            + "\(gigabytes(available)) are available. Choose a smaller size, or --tile."))
    }
    return problems
  }

  // MARK: Size

  private func sizeProblems(_ job: JobRequest) -> [RequestProblem] {
    do {
      let asked = try job.pictureSize
      guard let native = nativeSide,
        let made = try madeSize(asked, snapsToBin: job.bin)
      else { return [] }
      return strangeness(of: made, native: native).map { [RequestProblem(.size, .warning, $0)] }
        ?? []
    } catch {
      return [RequestProblem(.size, .error, "\(error)")]
    }
  }

  /// Why a size is far from what the model was trained at.
  private func strangeness(of size: PictureSize, native: Int) -> String? {
    let area = Double(size.width) * Double(size.height) / (Double(native) * Double(native))
    let suggestion = "Choose about \(native)x\(native), or --bin."
    if area >= 2 {
      return "At \(size) noise is likely: this checkpoint was trained at \(native) px. "
        + suggestion
    }
    if area <= 0.5 {
      return "At \(size) cut-off or coarse pictures are likely: this checkpoint was trained at "
        + "\(native) px. \(suggestion)"
    }
    let ratio = Double(max(size.width, size.height)) / Double(min(size.width, size.height))
    guard ratio > 4 else { return nil }
    return "\(size) is longer than 4 to 1, the most this checkpoint was trained at. "
      + "Choose sides closer to each other."
  }

  // MARK: Sampler, steps, strength

  private func samplingProblems(_ job: JobRequest) -> [RequestProblem] {
    guard let scheduler else { return [] }
    do {
      let sampler = try job.samplerName
      _ = try computedSteps(
        sampler, steps: job.steps, strength: job.initImage == nil ? nil : job.strength)
      return pairingProblems(sampler, steps: job.steps) + branchProblems()
        + distillationProblems(job, sampler)
    } catch let error as SchedulerError {
      return [RequestProblem(Self.field(of: error), .error, "\(error)")]
    } catch {
      return [RequestProblem(.sampler, .error, "\(error)")]
    }

    func branchProblems() -> [RequestProblem] {
      guard !job.branch.isEmpty else { return [] }
      do {
        _ = try job.computedSteps(with: self)
        return []
      } catch {
        return [RequestProblem(.branch, .error, "\(error)")]
      }
    }

    func pairingProblems(_ sampler: SamplerName?, steps: Int) -> [RequestProblem] {
      var problems: [RequestProblem] = []
      if let sampler, publishedSampler == nil, let published = scheduler.className {
        problems.append(
          RequestProblem(
            .sampler, .warning,
            "This checkpoint was made for \(published), and \(sampler.rawValue) may not suit it. "
              + "Take the settings of its description."))
      }
      let usual = job.adapterForLCM == nil ? suggestedSteps(for: sampler) : 8
      if steps > 5 * usual, !(sampler ?? publishedSampler ?? .ddim).isForDistilled {
        let name = (sampler ?? publishedSampler)?.rawValue ?? "this sampler"
        problems.append(
          RequestProblem(
            .steps, .warning,
            "\(steps) steps take long, and with \(name) more than about \(2 * usual) change little. "
              + "\(usual) are usual."))
      }
      return problems
    }
  }

  /// Where a checkpoint that was distilled to few steps is asked otherwise, or another one is
  /// asked like it.
  private func distillationProblems(_ job: JobRequest, _ sampler: SamplerName?) -> [RequestProblem]
  {
    let used = sampler ?? publishedSampler
    guard job.adapterForLCM == nil else { return [] }
    guard let published = publishedSampler, published.isForDistilled else {
      guard let used, used.isForDistilled else { return [] }
      return [
        RequestProblem(
          .sampler, .warning,
          "'\(used.rawValue)' is for checkpoints distilled to few steps, and this one was not: "
            + "pictures stay blurred. Choose the published sampler.")
      ]
    }
    var problems: [RequestProblem] = []
    let usual = habits()
    if let used, !used.isForDistilled {
      problems.append(
        RequestProblem(
          .sampler, .warning,
          "This checkpoint was distilled for '\(published.rawValue)', and '\(used.rawValue)' may not "
            + "suit it. Choose the published sampler."))
    } else if job.steps > 8 {
      problems.append(
        RequestProblem(
          .steps, .warning,
          "This checkpoint was distilled to 2 to 8 steps; more change little. \(usual.steps) are "
            + "usual."))
    }
    if job.guidance > 1 {
      problems.append(
        RequestProblem(
          .guidance, .warning,
          "This checkpoint has guidance built in: \(job.guidance) on top of it burns colours and "
            + "doubles the time of a step. Choose 0."))
    }
    return problems
  }

  private static func field(of error: SchedulerError) -> RequestProblem.Field {
    switch error {
    case .stepsOutOfRange, .oneStepOnly, .unusableSpacing: .steps
    case .strengthOutOfRange, .strengthWithoutSteps: .strength
    case .unsupported, .unusableBetas: .sampler
    }
  }

  // MARK: Files

  private func fileProblems(_ job: JobRequest) -> [RequestProblem] {
    var problems: [RequestProblem] = []
    for (field, path) in [
      (RequestProblem.Field.initImage, job.initImage), (.initialLatents, job.initialLatents),
      (.condition, job.condition),
    ] {
      guard let path, access(path, R_OK) != 0 else { continue }
      let reason = String(cString: strerror(errno))
      problems.append(
        RequestProblem(field, .error, "Cannot read '\(path)': \(reason). Choose another file."))
    }
    if job.initImage != nil, job.initialLatents != nil {
      problems.append(
        RequestProblem(.initialLatents, .error, "\(GenerationError.initialLatentsWithImage)"))
    }
    return problems
  }
}

/// Such as `3.4 GB`.
private func gigabytes(_ bytes: Int) -> String {
  let tenths = (bytes + 50_000_000) / 100_000_000
  return "\(tenths / 10).\(tenths % 10) GB"
}
