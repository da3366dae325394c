import Schedulers

/// Which settings and which sampler make the steps of one picture.
struct StepPlan: Sendable {
  /// Steps that are made with the same settings.
  struct Stretch: Sendable {
    /// Of the picture's steps.
    let steps: Range<Int>
    let settings: StepSettings
    let scheduler: any Scheduler
    /// Its first step in the scheduler's own count.
    let index: Int
    /// Whether the sampler is the one of the stretch before and goes on with what it remembers.
    let keepsSampler: Bool
  }

  let stretches: [Stretch]
  /// Of one picture.
  var steps: Int { stretches.last?.steps.upperBound ?? 0 }

  /// A stretch with another sampler begins at the step of its schedule, made for the same number of
  /// steps, whose noise level is nearest; so the picture may have more or fewer steps in all.
  ///
  /// - Parameter strength: How much of a picture to begin with is made anew; nil without one.
  /// - Throws: ``GenerationError/branchOutOfRange(at:first:last:)``, `SchedulerError`.
  init(
    _ request: GenerationRequest, scheduler: SchedulerConfiguration, strength: Double?
  ) throws {
    var stretches: [Stretch] = []
    let ends = request.branch.map { Optional($0.at) } + [nil]
    let settings = request.branch.map(\.settings) + [request.stepSettings]
    for (settings, end) in zip(settings, ends) {
      let own =
        try settings.sampler?.makeScheduler(configuration: scheduler, steps: request.steps)
        ?? scheduler.makeScheduler(steps: request.steps)
      let before = stretches.last
      let keepsSampler = before.map { $0.settings.sampler == settings.sampler } ?? false
      let index: Int
      if let before {
        let next = before.index + before.steps.count
        index =
          keepsSampler ? next : own.step(nearestTo: before.scheduler.sigmas[next])
      } else {
        index = try strength.map(own.startIndex(strength:)) ?? 0
      }
      let begin = before?.steps.upperBound ?? 0
      let whole = begin + own.timesteps.count - index
      if let end {
        guard end > begin, end < whole else {
          throw GenerationError.branchOutOfRange(at: end, first: begin + 1, last: whole - 1)
        }
      }
      stretches.append(
        Stretch(
          steps: begin..<(end ?? whole), settings: settings, scheduler: own, index: index,
          keepsSampler: keepsSampler))
    }
    self.stretches = stretches
  }
}
