import Checkpoints
import Foundation
import Kernels
import Schedulers
import Tensors
import TestSupport
import Testing

@testable import Generation

@Suite struct SuspendedRunTests {
  /// What would be kept if picture 1 of a request was cancelled after each of its steps; the last
  /// one is a cancel in the decoder.
  static func suspensions(of request: GenerationRequest) throws -> [SuspendedRun] {
    let device = CPU(threads: 2)
    let model = try LoadedModel(
      ModelFolder(Golden.model(request.model)), device: device, precision: .fp32
    ) { _, _, _ in }
    let (_, events) = AsyncStream<GenerationEvent>.makeStream()
    let queued = QueuedRequest(request, resuming: nil, events: events, count: RequestCount())
    var run = try GenerationRun(queued, model: model, device: device)
    var clock = StageClock()
    try run.encodePrompts(cache: nil, clock: &clock)
    try run.encodeInitImage(clock: &clock)
    try run.makePicture(0, clock: &clock)
    try run.makePicture(1, clock: &clock)
    let whole = try #require(run.suspended)
    return (0...whole.stepsDone).map { count in
      SuspendedRun(
        picture: whole.picture, steps: whole.steps, finished: Array(whole.finished.prefix(count)),
        previewMap: whole.previewMap, identity: whole.identity)
    }
  }

  /// From every step of the second picture of three, through a file, bit for bit; with every sampler.
  ///
  /// In a process of its own: the tests of kernels change the instruction set of this one.
  @Test func goesOnToTheSamePictures() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      let file = FileManager.default.temporaryDirectory
        .appending(path: "pixart-run-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: file) }
      for sampler in [nil] + SamplerName.allCases where sampler != .dmd {
        var request = TinyEngine.request(steps: 4)
        request.count = 3
        request.seed = 11
        request.sampler = sampler
        let whole = await engine.pictures(of: request).map(\.image)
        precondition(whole.count == 3)
        let suspensions = try SuspendedRunTests.suspensions(of: request)
        precondition(suspensions.map(\.stepsDone) == [0, 1, 2, 3, 4])
        for run in suspensions {
          try run.encoded().write(to: file)
          let read = try SuspendedRun(file: file)
          precondition(read == run)
          let rest = await engine.events(of: request, resuming: read)
          precondition(rest.compactMap(\.picture).map(\.index) == [1, 2])
          precondition(rest.compactMap(\.picture).map(\.image) == Array(whole[1...]))
          precondition(rest.compactMap(\.step).count == 4 - run.stepsDone + 4)
          precondition(rest.compactMap(\.step).first?.step == (run.stepsDone + 1 - 1) % 4 + 1)
        }
      }
    }
  }

  /// A picture to begin with, of which steps are left out.
  @Test func goesOnFromAPicture() async {
    await #expect(processExitsWith: .success) {
      var request = TinyEngine.request(steps: 5)
      request.count = 2
      request.initImage = PixelImage(
        width: 32, height: 32, bytes: (0..<32 * 32 * 3).map { UInt8($0 * 7 % 251) })
      request.strength = 0.6
      request.sampler = .eulerAncestral
      let engine = TinyEngine()
      let whole = await engine.pictures(of: request).map(\.image)
      let suspensions = try SuspendedRunTests.suspensions(of: request)
      precondition(suspensions.map(\.stepsDone) == [0, 1, 2, 3])
      for run in suspensions {
        let rest = await engine.pictures(of: request, resuming: run).map(\.image)
        precondition(rest == Array(whole[1...]))
      }
    }
  }

  /// Cancelled over and over, wherever it is then, and gone on with until it is done.
  @Test func survivesManyCancels() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var request = TinyEngine.request(steps: 12)
      request.size = PictureSize(width: 128, height: 128)
      request.count = 2
      let whole = await engine.pictures(of: request).map(\.image)
      var pictures: [Int: PixelImage] = [:]
      var kept: SuspendedRun?
      var (cancels, done) = (0, 0)
      while pictures.count < 2 {
        precondition(cancels < 100)
        var steps = 0
        let events = await engine.events(of: request, resuming: kept) { event, job in
          if event.step != nil { steps += 1 }
          if case .decoding = event, cancels % 2 == 0 { job.cancel() }
          if steps == 3 { job.cancel() }
        }
        for picture in events.compactMap(\.picture) { pictures[picture.index] = picture.image }
        guard case .cancelled(let run) = events.last else {
          if cancels >= 2 { break }
          // Over before its events were read: from the beginning.
          (pictures, kept, done) = ([:], nil, 0)
          continue
        }
        cancels += 1
        // Nothing that was done is done again.
        let now = run.map { $0.picture * 12 + $0.stepsDone } ?? 0
        precondition(now >= done)
        (kept, done) = (run ?? kept, now)
      }
      precondition([pictures[0], pictures[1]] == whole)
    }
  }

  @Test func keepsNothingBeforeTheFirstStep() async {
    let events = await TinyEngine().events(of: TinyEngine.request()) { event, job in
      if case .queued = event { job.cancel() }
    }
    guard case .cancelled(nil) = events.last else {
      Issue.record("ended with \(events.suffix(1))")
      return
    }
  }

  /// A job that is cancelled while it waits gives back what it was to go on from.
  @Test func givesBackWhatItWasGiven() async throws {
    let engine = TinyEngine()
    var request = TinyEngine.request(steps: 4)
    request.count = 2
    let run = try #require(try Self.suspensions(of: request).last)
    let long = engine.actor.generate(TinyEngine.request(steps: 900))
    let events = await engine.events(of: request, resuming: run) { event, job in
      if case .queued = event { job.cancel() }
    }
    #expect(events.last?.kept == run)
    long.cancel()
    for await _ in long.events {}
  }

  @Test func showsWhereItWas() throws {
    var request = TinyEngine.request(steps: 2)
    request.count = 2
    let runs = try Self.suspensions(of: request)
    #expect(runs.map { $0.preview?.width } == [nil, 6, 6])
    #expect(runs.map { $0.latents?.shape } == [nil, [1, 4, 8, 6], [1, 4, 8, 6]])
  }

  /// Each field that decides the picture, by name.
  @Test func refusesAnotherRequest() async throws {
    var request = TinyEngine.request(steps: 2)
    request.count = 2
    let run = try #require(try Self.suspensions(of: request).last)
    let changes: [(String, (inout GenerationRequest) -> Void)] = [
      ("prompt 'three stars', but 'four stars'", { $0.prompt = "four stars" }),
      ("negative '', but 'red'", { $0.negative = "red" }),
      ("size '48x64', but '64x64'", { $0.size = PictureSize(width: 64, height: 64) }),
      ("steps '2', but '3'", { $0.steps = 3 }),
      ("guidance '4.5', but '5.0'", { $0.guidance = 5 }),
      ("sampler 'the model's own', but 'euler'", { $0.sampler = .euler }),
      ("seed '0', but '1'", { $0.seed = 1 }),
      ("count '2', but '3'", { $0.count = 3 }),
      ("raw-prompt 'false', but 'true'", { $0.cleansPrompts = false }),
      ("tile 'false', but 'true'", { $0.tilesDecoding = true }),
      ("model 'sigma-tiny', but 'alpha-tiny'", { $0.model = "alpha-tiny" }),
    ]
    let engine = TinyEngine()
    for (message, change) in changes {
      var other = request
      change(&other)
      let refusal = await engine.events(of: other, resuming: run).last?.message
      #expect(
        refusal == "The kept run has \(message) was asked for. Go on with the request it belongs "
          + "to, or start anew.")
    }
    // What is shown on the way decides nothing.
    var shown = request
    shown.preview = .off
    #expect(await engine.pictures(of: shown, resuming: run).count == 1)
  }

  /// Cut off anywhere or with any byte changed, a file is refused in one line.
  @Test func refusesDamagedFiles() throws {
    var request = TinyEngine.request(steps: 2)
    request.size = PictureSize(width: 16, height: 16)
    request.count = 2
    let file = FileManager.default.temporaryDirectory
      .appending(path: "pixart-run-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    func refusal(_ data: Data) throws -> String? {
      try data.write(to: file)
      do {
        _ = try SuspendedRun(file: file)
        return nil
      } catch {
        return "\(error)"
      }
    }
    for run in [try #require(try Self.suspensions(of: request).last)] {
      let whole = try run.encoded()
      #expect(try refusal(whole) == nil)
      let cuts = [0, 1, 7, 8, 9, 60, 400, whole.count / 2, whole.count - 1]
      for count in cuts {
        let message = try #require(try refusal(whole.prefix(count)), "\(count) bytes")
        #expect(!message.contains("\n"))
      }
      for place in stride(from: 0, to: whole.count, by: 23) {
        var damaged = whole
        damaged[place] ^= 0x10
        let message = try refusal(damaged)
        // White space between the header's parts and the names of what nobody reads may change.
        if message == nil { #expect(try SuspendedRun(file: file) == run, "byte \(place)") }
      }
    }
    #expect(throws: SuspendedRunError.self) {
      try SuspendedRun(file: URL(filePath: "/nonexistent/run"))
    }
  }

  @Test func refusesOtherFiles() throws {
    let weights = Golden.model("sigma-tiny")
      .appending(path: "vae/diffusion_pytorch_model.safetensors")
    do {
      _ = try SuspendedRun(file: weights)
      Issue.record("took weights for a run")
    } catch {
      #expect(
        "\(error)"
          == "'\(weights.path)' holds no kept run, which would have the tensor 'run'. Start anew.")
    }
  }
}
