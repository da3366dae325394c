import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport

@testable import Generation

/// An engine with the tiny golden models, and the ways tests run requests on it.
struct TinyEngine {
  let actor: GenerationActor

  /// - Parameter models: A folder of models.
  init(models: URL = Golden.root.appending(path: "models")) {
    actor = GenerationActor(
      library: ModelLibrary(
        environment: ["PIXART_MODELS": models.path], home: URL(filePath: "/nonexistent"),
        executable: URL(filePath: "/nonexistent/pixart")),
      device: CPU(threads: 2), cache: nil)
  }

  static func request(_ prompt: String = "three stars", steps: Int = 3) -> GenerationRequest {
    var request = GenerationRequest(model: "sigma-tiny", prompt: prompt)
    request.size = PictureSize(width: 48, height: 64)
    request.steps = steps
    return request
  }

  /// All events of a request, and what `act` does at each.
  func events(
    of request: GenerationRequest, resuming: SuspendedRun? = nil,
    _ act: (GenerationEvent, GenerationJob) -> Void = { _, _ in }
  ) async -> [GenerationEvent] {
    let job = actor.generate(request, resuming: resuming)
    var events: [GenerationEvent] = []
    for await event in job.events {
      events.append(event)
      act(event, job)
    }
    return events
  }

  /// What is kept of a request that is cancelled at its `step`-th step.
  ///
  /// Under load a run may be over before its events are read: then it is tried again.
  func kept(of request: GenerationRequest, after step: Int) async -> SuspendedRun? {
    for _ in 0..<50 {
      var steps = 0
      let events = await events(of: request) { event, job in
        if event.step != nil { steps += 1 }
        if steps == step { job.cancel() }
      }
      if let kept = events.last?.kept { return kept }
    }
    return nil
  }

  func pictures(of request: GenerationRequest, resuming: SuspendedRun? = nil) async
    -> [GeneratedPicture]
  {
    await events(of: request, resuming: resuming).compactMap(\.picture)
  }
}

extension GenerationEvent {
  var picture: GeneratedPicture? {
    if case .picture(let picture) = self { picture } else { nil }
  }

  var step: StepReport? {
    if case .stepped(let step) = self { step } else { nil }
  }

  /// Of a `failed`.
  var message: String? {
    if case .failed(let error) = self { "\(error)" } else { nil }
  }

  /// Of a `cancelled`.
  var kept: SuspendedRun? {
    if case .cancelled(let kept) = self { kept } else { nil }
  }
}
