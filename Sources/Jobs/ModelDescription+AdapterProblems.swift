import Checkpoints
import Gallery
import Generation
import Schedulers

extension JobRequest {
  /// The adapter that makes a latent consistency model of the model; nil without one.
  var adapterForLCM: Lora? { lora.first { Adapter.isForLCM(name: $0.file) && $0.scale != 0 } }
}

extension ModelDescription {
  /// What is wrong with the adapters of a request; their files are looked for, but not opened.
  func adapterProblems(_ job: JobRequest) -> [RequestProblem] {
    var problems: [RequestProblem] = []
    let library = ModelLibrary()
    for adapter in job.lora {
      do {
        try AdapterChoice.check(scale: adapter.scale)
        _ = try library.adapterPlace(adapter.file)
      } catch {
        problems.append(RequestProblem(.lora, .error, "\(error)"))
      }
    }
    guard let adapter = job.adapterForLCM,
      let usual = SamplingHabits.ofLCM(adapters: [adapter.file]),
      let used = (try? job.samplerName) ?? publishedSampler
    else { return problems }
    if used != .lcm, used != .lcmStride {
      problems.append(
        RequestProblem(
          .sampler, .warning,
          "The adapter '\(adapter.file)' is for 'lcm', and '\(used.rawValue)' may not suit it. "
            + "Choose lcm, \(usual.steps) steps and no guidance."))
    } else if job.guidance > 1 {
      problems.append(
        RequestProblem(
          .guidance, .warning,
          "The adapter '\(adapter.file)' has guidance built in: \(job.guidance) on top of it burns "
            + "colours and doubles the time of a step. Choose 0."))
    } else if job.steps > 8 {
      problems.append(
        RequestProblem(
          .steps, .warning,
          "The adapter '\(adapter.file)' is for 2 to 8 steps; more change little. \(usual.steps) are "
            + "usual."))
    }
    return problems
  }
}
