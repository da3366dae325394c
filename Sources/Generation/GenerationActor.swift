public import Checkpoints
import Conditioning
public import Kernels
public import Tensors

/// Makes pictures, one request at a time, on a thread of its own; owns the weights.
///
/// The model of the last request stays loaded for the next one.
public actor GenerationActor {
  /// Threads that compute.
  public nonisolated let threads: Int

  private let library: ModelLibrary
  public nonisolated let device: any Device
  private let cache: PromptCache?
  private let prepared: PreparedWeights?
  private var loaded: LoadedModel?
  /// Of the last request that had a condition, for the loaded model.
  private var control: LoadedControl?
  private let executor: EngineThread
  /// Requests in the order they were handed in.
  private nonisolated let queue: AsyncStream<QueuedRequest>.Continuation
  private nonisolated let count = RequestCount()

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// - Parameters:
  ///   - cache: For encoded prompts; none are kept if nil.
  ///   - prepared: For the text encoder's 8-bit weights; none are kept if nil.
  public init(
    library: ModelLibrary, device: any Device, cache: PromptCache?,
    prepared: PreparedWeights? = nil
  ) {
    self.init(library: library, device: device, cache: cache, prepared: prepared, loaded: nil)
  }

  /// An engine whose model is in memory already; requests name it by its folder.
  package init(
    model: LoadedModel, library: ModelLibrary, device: any Device, cache: PromptCache?
  ) {
    self.init(library: library, device: device, cache: cache, prepared: nil, loaded: model)
  }

  private init(
    library: ModelLibrary, device: any Device, cache: PromptCache?, prepared: PreparedWeights?,
    loaded: LoadedModel?
  ) {
    self.library = library
    self.device = device
    self.cache = cache
    self.prepared = prepared
    self.loaded = loaded
    threads = device.threadCount
    executor = EngineThread(yieldsToOthers: device.yieldsToOthers)
    let (requests, queue) = AsyncStream<QueuedRequest>.makeStream()
    self.queue = queue
    Task { [weak self] in
      for await queued in requests {
        guard let self else {
          queued.cancel()
          continue
        }
        await run(queued)
      }
    }
  }

  deinit { queue.finish() }

  /// Queues a request; answers at once, whatever the engine does.
  ///
  /// - Parameter suspended: Where to go on; refused unless it belongs to this request.
  public nonisolated func generate(
    _ request: GenerationRequest, resuming suspended: SuspendedRun? = nil
  ) -> GenerationJob {
    let (events, continuation) = AsyncStream<GenerationEvent>.makeStream()
    let queued = QueuedRequest(
      request, resuming: suspended, events: continuation, count: count)
    queue.yield(queued)
    return GenerationJob(events: events, queued: queued, engine: self)
  }

  /// Decodes latents of a run in full, after the requests that were handed in before it.
  ///
  /// - Parameters:
  ///   - latents: Of one picture of the request, such as a ``KeptStep`` has.
  ///   - cancellation: Ends it early.
  /// - Throws: `CancellationError`, or what is wrong with model or request.
  public func decode(
    _ latents: Latents, of request: GenerationRequest, cancellation: Cancellation = Cancellation()
  ) throws -> PixelImage {
    let (_, events) = AsyncStream<GenerationEvent>.makeStream()
    let silent = QueuedRequest(
      request, resuming: nil, events: events, count: RequestCount(), cancellation: cancellation)
    try cancellation.check()
    let (model, memory) = try cancellation.whileCurrent { try load(silent) }
    var run = try GenerationRun(
      silent, model: model, device: device, savesMemory: memory.takesTurns)
    defer { TensorPool.shared.trim() }
    return try run.decode(latents, index: 0)
  }

  /// Nothing is awaited in here, so requests never mix.
  private func run(_ queued: QueuedRequest) {
    guard queued.begin() else { return }
    queued.end(work(on: queued))
    // Another request may have other sizes; giving memory back takes a while.
    TensorPool.shared.trim()
  }

  /// - Returns: The last event.
  private func work(on queued: QueuedRequest) -> GenerationEvent {
    var kept = queued.resuming
    do {
      let cancellation = queued.cancellation
      try cancellation.check()
      var clock = StageClock()
      let faults = ProcessMemory.pagesReadFromDisk
      let (model, memory, control) = try clock.measure("load") {
        try cancellation.whileCurrent {
          let (model, memory) = try load(queued)
          return (model, memory, try makeControl(of: queued, for: model))
        }
      }
      if let note = memory.note { queued.report(.noted(note)) }
      let wasCold = ProcessMemory.pagesReadFromDisk > faults + Self.fewPages
      var run = try GenerationRun(
        queued, model: model, control: control, device: device, savesMemory: memory.takesTurns)
      defer { kept = run.suspended ?? kept }
      try run.encodeCondition(clock: &clock)
      try run.encodePrompts(cache: cache, prepared: prepared, clock: &clock)
      try run.encodeInitImage(clock: &clock)
      for index in run.remaining { try run.makePicture(index, clock: &clock) }
      return .finished(
        GenerationSummary(
          seconds: clock.seconds, secondsPerStep: run.secondsPerStep, wasCold: wasCold,
          trace: run.trace))
    } catch is CancellationError {
      return .cancelled(kept)
    } catch {
      return .failed(error)
    }
  }

  /// What was begun is gone on with as it was.
  private func precision(
    for queued: QueuedRequest, with model: ModelDescription
  ) -> PrecisionChoice {
    let kept = queued.resuming.map { $0.identity["precision"] ?? Precision.fp32.rawValue }
    return model.precision(
      on: device, asked: queued.request.precision, begun: kept.flatMap(Precision.init))
  }

  /// That any program waits for now and then.
  private static let fewPages = 16

  /// The model that a request asks for, with its adapters; it stays for the next one.
  private func load(_ queued: QueuedRequest) throws -> (LoadedModel, MemoryUse) {
    let (opened, memory) = try open(queued)
    let model = try opened.adapted(
      by: queued.request.adapters, from: library, report: queued.report)
    // What was packed while a cancellation stopped the work is not to be used.
    try queued.cancellation.check()
    loaded = model
    return (model, memory)
  }

  private func open(_ queued: QueuedRequest) throws -> (LoadedModel, MemoryUse) {
    let folder = try library.model(queued.request.model)
    if let loaded, loaded.folder.folder == folder.folder,
      loaded.folder.file == folder.file, loaded.folder.parts == folder.parts
    {
      let choice = precision(for: queued, with: loaded.description)
      if choice.precision == loaded.precision {
        queued.report(.computing(choice))
        let memory = try memoryUse(
          of: queued.request, with: loaded.description, precision: choice.precision,
          isLoaded: loaded.transformer.isOpen)
        if !memory.takesTurns, !loaded.transformer.isOpen {
          queued.report(.loading(part: "transformer", index: 0, count: 1))
          _ = try loaded.transformer.open()
        }
        return (loaded, memory)
      }
    }
    loaded = nil
    control = nil
    // Or the next model would be opened beside the memory of this one.
    TensorPool.shared.trim()
    let description = ModelDescription(folder)
    let choice = precision(for: queued, with: description)
    let precision = choice.precision
    queued.report(.computing(choice))
    let memory = try memoryUse(
      of: queued.request, with: description, precision: precision, isLoaded: false)
    let model = try LoadedModel(
      folder, device: device, precision: precision, opensTransformer: !memory.takesTurns
    ) { part, index, count in
      try queued.cancellation.check()
      queued.report(.loading(part: part, index: index, count: count))
    }
    try queued.cancellation.check()
    loaded = model
    return (model, memory)
  }

  private func memoryUse(
    of request: GenerationRequest, with model: ModelDescription, precision: Precision,
    isLoaded: Bool
  ) throws -> MemoryUse {
    try request.memoryUse(
      model, precision: precision, isLoaded: isLoaded, cache: cache,
      control: controlFacts(of: request, for: model.folder), available: AvailableMemory.bytes)
  }

  /// What a condition adds; nil too for a ControlNet that is open already, or cannot be opened.
  private func controlFacts(of request: GenerationRequest, for model: ModelFolder) -> ControlFacts?
  {
    guard let asked = request.control,
      let file = try? library.controlNet(asked.network, for: model),
      control?.file.place != file.place
    else { return nil }
    return ControlFacts(
      copies: file.copies, bytes: file.bytes, ledSteps: request.steps,
      edges: asked.edges ?? (library.edgeDetector == nil ? .canny : .hed))
  }

  /// What leads a request's pictures; the memory of a ControlNet that is not asked for is let go.
  private func makeControl(of queued: QueuedRequest, for model: LoadedModel) throws
    -> RequestControl?
  {
    guard let asked = queued.request.control else {
      control = nil
      return nil
    }
    let detector = try EdgeDetector(asked.edges, library: library, device: device)
    let file = try library.controlNet(asked.network, for: model.folder)
    if let control, control.serves(file, for: model) {
      return RequestControl(asked: asked, loaded: control, detector: detector)
    }
    control = nil
    queued.report(.loading(part: "ControlNet", index: 0, count: 1))
    let made = try LoadedControl(file, for: model, device: device)
    try queued.cancellation.check()
    control = made
    return RequestControl(asked: asked, loaded: made, detector: detector)
  }
}
