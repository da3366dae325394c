import Autoencoders
import Checkpoints
import Conditioning
import Kernels
import Schedulers
import Tensors
import TextEncoding
import Transformers

/// One request on its way: from prompts over steps to pictures.
///
/// Pictures of a request are made one after the other, each exactly as if it was asked for alone.
struct GenerationRun {
  private let queued: QueuedRequest
  private let model: LoadedModel
  private let device: any Device
  /// Whether text encoder, transformer and autoencoder take turns in memory.
  private let savesMemory: Bool
  private let size: SizePlan
  private let plan: StepPlan
  /// What leads the pictures, and its condition, encoded.
  private let control: RequestControl?
  private var condition: Latents?
  /// The picture to begin with, encoded.
  private var initImage: Latents?
  private var preview: StepPreview
  /// Nil while it is not in memory.
  private var transformer: PixArtTransformer?
  /// One for each stretch of the plan; nil where all steps are kept.
  private var guides: [Guide?] = []
  private var cleanedPrompt = ""
  private var stepClock: StepClock
  private var pacer = ProgressPacer()
  private var progress: RunProgress
  private(set) var trace: GenerationTrace?

  private var request: GenerationRequest { queued.request }
  private var cancellation: Cancellation { queued.cancellation }

  /// What the transformer is told in a stretch.
  private struct Guide {
    let context: TransformerContext
    let control: ControlContext?
    let guidance: Double
  }

  /// Checks everything that can be checked before the work begins.
  ///
  /// - Parameters:
  ///   - control: Nil without a condition.
  ///   - savesMemory: Whether text encoder, transformer and autoencoder take turns in memory.
  /// - Throws: ``GenerationError``, ``ControlError``, ``SuspendedRunError``, `SchedulerError`.
  init(
    _ queued: QueuedRequest, model: LoadedModel, control: RequestControl? = nil,
    device: any Device, savesMemory: Bool = false
  ) throws {
    let request = queued.request
    guard (1...GenerationRequest.mostPictures).contains(request.count) else {
      throw GenerationError.countOutOfRange(
        request.count, most: GenerationRequest.mostPictures)
    }
    let guidances = request.branch.map(\.settings.guidance) + [request.guidance]
    for guidance in guidances where !(0...100).contains(guidance) {
      throw GenerationError.guidanceOutOfRange(guidance)
    }
    guard (0...1).contains(request.variationStrength) else {
      throw GenerationError.variationStrengthOutOfRange(request.variationStrength)
    }
    if let control = request.control {
      try ControlRequest.check(
        strength: control.strength, scale: control.scale, span: control.span)
    }
    self.queued = queued
    self.model = model
    self.control = control
    self.device = device
    self.savesMemory = savesMemory
    size = try SizePlan(
      request, configuration: model.configuration, factor: model.autoencoder.spatialFactor)
    plan = try StepPlan(
      request, scheduler: model.scheduler,
      strength: request.initImage == nil ? nil : request.strength)
    preview = StepPreview(linear: model.preview, tiny: model.tinyAutoencoder)
    trace = request.traces ? GenerationTrace() : nil
    let factor = model.autoencoder.spatialFactor
    let shape: Shape = [
      1, model.configuration.inChannels, size.made.height / factor, size.made.width / factor,
    ]
    progress = try RunProgress(
      queued,
      identity: RunIdentity(
        request, model: model.folder.name, size: "\(size.requested)",
        precision: model.precision.rawValue, adapters: model.adapters.identity,
        edges: control?.detector.source.rawValue),
      shape: shape, steps: plan.steps)
    stepClock = StepClock(
      steps: plan.steps * (request.count - progress.picture) - progress.finished.count,
      pictures: request.count - progress.picture)
    try checkInitialLatents()
  }

  /// Pictures that are still to be made.
  var remaining: Range<Int> { progress.picture..<request.count }

  /// What it takes to go on later; nil if nothing is worth keeping.
  var suspended: SuspendedRun? { progress.suspended(previewMap: preview.linear) }

  var secondsPerStep: Double? { stepClock.secondsPerStep }

  private var latentHeight: Int { size.made.height / model.autoencoder.spatialFactor }
  private var latentWidth: Int { size.made.width / model.autoencoder.spatialFactor }
  private var channels: Int { model.configuration.inChannels }

  private func checkInitialLatents() throws(GenerationError) {
    guard let latents = request.initialLatents else { return }
    guard request.initImage == nil else { throw .initialLatentsWithImage }
    guard !request.isVaried else { throw .initialLatentsVaried }
    let needed: Shape = [request.count, channels, latentHeight, latentWidth]
    guard latents.shape == needed else {
      throw .initialLatentsMisshapen(
        found: latents.shape.dimensions, needed: needed.dimensions)
    }
  }

  // MARK: Prompts

  /// Encodes the prompts and lets the transformer prepare what stays the same over all steps.
  mutating func encodePrompts(
    cache: PromptCache?, prepared: PreparedWeights? = nil, clock: inout StageClock
  ) throws {
    let start = ContinuousClock.now
    if savesMemory { letTransformerGo() }
    var encoder = PromptEncoder(
      model: model, device: device, cache: cache, prepared: prepared, savesMemory: savesMemory,
      cancellation: cancellation)
    let needed = plan.stretches.indices.filter(isNeeded)
    var texts: [String] = []
    for text in needed.flatMap({ plan.stretches[$0].settings.texts }) where !texts.contains(text) {
      texts.append(text)
    }
    var encoded: [String: EncodedPrompt] = [:]
    for (number, text) in texts.enumerated() {
      encoded[text] = try encoder.encode(text, cleans: request.cleansPrompts) {
        switch $0 {
        case .preparing(let share): tell(.preparingTextEncoder, share)
        case .encoding(let share):
          tell(.encodingPrompt, (Double(number) + share) / Double(texts.count))
        case .noted(let text): queued.report(.noted(text))
        }
      }
    }
    let began = ContinuousClock.now
    let transformer = try recallTransformer()
    let opening = ContinuousClock.now - began
    clock.add("load", opening)
    var contexts: [[String]: TransformerContext] = [:]
    var led: [[String]: ControlContext] = [:]
    guides = plan.stretches.map { _ in nil }
    for index in needed {
      let settings = plan.stretches[index].settings
      let captions = settings.texts.reversed().compactMap { encoded[$0]?.embeddings }
      let context =
        contexts[settings.texts]
        ?? cancellation.whileCurrent {
          transformer.prepare(
            captions: captions, height: latentHeight, width: latentWidth,
            vaeScaleFactor: model.autoencoder.spatialFactor)
        }
      try cancellation.check()
      contexts[settings.texts] = context
      if let control, let condition, led[settings.texts] == nil {
        led[settings.texts] = cancellation.whileCurrent {
          transformer.prepare(
            control.loaded.net, condition: condition, captions: captions, context: context,
            scale: Float(control.asked.scale))
        }
        try cancellation.check()
      }
      guides[index] = Guide(
        context: context, control: led[settings.texts], guidance: settings.guidance)
    }
    tell(texts: request.stepSettings.texts.compactMap { encoded[$0] })
    clock.add("encode", ContinuousClock.now - start - opening)
  }

  /// Whether the model makes steps of a stretch, or tells its prompt.
  private func isNeeded(_ index: Int) -> Bool {
    index == plan.stretches.count - 1 || progress.picture + 1 < request.count
      || plan.stretches[index].steps.upperBound > progress.finished.count
  }

  /// - Parameter texts: The prompt and, with guidance, the negative prompt.
  private mutating func tell(texts: [EncodedPrompt]) {
    let prompt = texts[0]
    cleanedPrompt = prompt.cleaned
    tracePrompt(prompt, prefix: "")
    if texts.count > 1 { tracePrompt(texts[1], prefix: "negative_") }
    queued.report(
      .promptEncoded(
        PromptSummary(
          cleaned: prompt.cleaned, tokens: prompt.tokens.ids.count,
          tokensBeforeCut: prompt.tokens.wholeCount,
          cutText: prompt.tokens.cut.map { String(prompt.cleaned[$0]) },
          unplacedWeights: texts.flatMap(\.unplacedWeights), wasCached: prompt.wasCached)))
  }

  private mutating func tracePrompt(_ prompt: EncodedPrompt, prefix: String) {
    guard trace != nil else { return }
    let limit = model.maxTokens
    let padded = T5Tokenizer.padded(prompt.tokens.ids, to: limit)
    trace?.set(prefix + "input_ids", shape: [1, limit], integers: padded.ids.map(Int.init))
    trace?.set(prefix + "attention_mask", shape: [1, limit], integers: padded.mask.map(Int.init))
    trace?.set(
      prefix + "prompt_embeds",
      shape: [1, prompt.embeddings.tokens, prompt.embeddings.channels], prompt.embeddings.values)
  }

  // MARK: Pictures

  /// Finds the condition's edges and encodes them; before the prompts, which need them.
  mutating func encodeCondition(clock: inout StageClock) throws {
    guard let control else { return }
    guard plan.ledSteps(within: control.asked.span) > 0 else {
      queued.report(
        .noted(
          "None of \(plan.steps) steps lies between \(control.asked.span.start) and "
            + "\(control.asked.span.end) of them, so the condition changes nothing."))
      return
    }
    condition = try clock.measure("encode") {
      try control.encode(
        size.made, with: model.autoencoder, tiling: tiling, cancellation: cancellation
      ) { tell(.encodingPicture, $0) }
    }
    if let condition {
      trace?.set("condition", shape: condition.shape.dimensions, condition.values)
    }
  }

  /// Encodes the picture to begin with, if there is one, fitted to the size.
  ///
  /// The encoder's most probable latents are taken, so the noise is the seed's alone.
  mutating func encodeInitImage(clock: inout StageClock) throws {
    guard let image = request.initImage else { return }
    if savesMemory { letTransformerGo() }
    initImage = try clock.measure("encode") {
      try model.autoencoder.encode(
        Picture(image).resizedAndCropped(height: size.made.height, width: size.made.width),
        noise: nil, tiling: tiling, cancellation: cancellation
      ) { tell(.encodingPicture, $0) }
    }
  }

  private var tiling: Tiling? { request.tilesDecoding ? model.autoencoder.defaultTiling : nil }

  /// Denoises and decodes picture `index` of the request.
  mutating func makePicture(_ index: Int, clock: inout StageClock) throws {
    progress.begin(picture: index)
    if progress.finished.count < plan.steps {
      try clock.measure("load") { _ = try recallTransformer() }
    }
    let latents = try clock.measure("denoise") { try denoise(index) }
    let start = ContinuousClock.now
    let image = try decode(latents, index: index)
    clock.add("decode", ContinuousClock.now - start)
    stepClock.add(decoding: (ContinuousClock.now - start).seconds)
    let alone = request.alone(index)
    queued.report(
      .picture(
        GeneratedPicture(
          index: index, image: image, seed: alone.seed,
          variationSeed: alone.isVaried ? alone.variationSeed : nil, madeSize: size.made,
          sampler: samplerName, cleanedPrompt: cleanedPrompt, model: model.folder.name,
          modelHash: model.hash, adapters: model.adapters, precision: model.precision,
          digest: LatentDigest(steps: progress.finished.map(\.latents)),
          control: control?.summary,
          kept: progress.kept(previewMap: preview.linear))))
  }

  /// Name of the sampler of the last steps.
  private var samplerName: String {
    request.sampler?.rawValue ?? model.scheduler.samplerName?.rawValue ?? "published"
  }

  private mutating func denoise(_ index: Int) throws -> Latents {
    var denoising = begin(index)
    var began = ContinuousClock.now
    for (number, stretch) in plan.stretches.enumerated() {
      if number > 0 { turn(&denoising, to: number, picture: index) }
      for step in stretch.steps {
        if step < progress.finished.count {
          denoising.repeatStep(guided: progress.finished[step].prediction)
          began = .now
          continue
        }
        if control != nil { denoising.turn(to: predictor(number, step: step)) }
        let made = try denoising.next { tell(.step(step + 1, picture: index), $0) }
        guard let made else { preconditionFailure("the plan has more steps than the sampler") }
        progress.add(made)
        traceStep(made, number: step)
        try report(made, number: step, of: index, next: denoising.scheduledInput, began: &began)
      }
    }
    return denoising.latents
  }

  /// Everything before the first step of a picture.
  private mutating func begin(_ index: Int) -> Denoising {
    let first = plan.stretches[0]
    var generator = TorchGenerator(
      seed: first.settings.seed &+ request.seedOffset(ofPicture: index))
    let noise =
      request.initialLatents.map { $0.picture(index) }
      ?? varied(draw(from: &generator), picture: index)
    let start =
      initImage.map { first.scheduler.addNoise(to: $0, noise: noise, at: first.index) }
      ?? noise.with(noise.values.map { $0 * first.scheduler.initialNoiseScale })
    trace?.append("noise.0", noise)
    trace?.append("latents_init", start)
    traceTimes()
    return Denoising(
      predictor: predictor(0), scheduler: first.scheduler, generator: generator, latents: start,
      index: first.index)
  }

  /// Noise of one picture.
  private func draw(from generator: inout TorchGenerator) -> Latents {
    Latents(
      count: 1, channels: channels, height: latentHeight, width: latentWidth,
      values: generator.randn(channels * latentHeight * latentWidth))
  }

  /// The seed's noise as the request wants it varied.
  private func varied(_ noise: Latents, picture: Int) -> Latents {
    guard request.isVaried else { return noise }
    var other = TorchGenerator(seed: request.variationSeed &+ UInt64(picture))
    return slerp(from: noise, to: draw(from: &other), by: request.variationStrength)
  }

  /// Lets the settings of a stretch take over; what they have in common with those before stays.
  private func turn(_ denoising: inout Denoising, to number: Int, picture: Int) {
    let (before, stretch) = (plan.stretches[number - 1], plan.stretches[number])
    denoising.turn(to: predictor(number))
    if !stretch.keepsSampler { denoising.turn(to: stretch.scheduler, index: stretch.index) }
    if stretch.settings.seed != before.settings.seed {
      let seed = stretch.settings.seed &+ request.seedOffset(ofPicture: picture)
      denoising.turn(to: TorchGenerator(seed: seed))
    }
  }

  private func predictor(_ number: Int) -> any NoisePredictor {
    // Without a transformer all steps are kept.
    guard let guide = guides[number], let transformer else { return KeptSteps() }
    return GuidedTransformer(
      transformer: transformer, context: guide.context, control: guide.control,
      guidance: guide.guidance, cancellation: cancellation)
  }

  /// The transformer, which is brought back into memory if it left that.
  private mutating func recallTransformer() throws -> PixArtTransformer {
    if let transformer { return transformer }
    if !model.transformer.isOpen {
      TensorPool.shared.trim()
      queued.report(.loading(part: "transformer", index: 0, count: 1))
    }
    let opened = try cancellation.whileCurrent { try model.transformer.open() }
    transformer = opened
    return opened
  }

  private mutating func letTransformerGo() {
    transformer = nil
    model.transformer.letGo()
  }

  /// The same, led or not as the step is to be.
  private func predictor(_ number: Int, step: Int) -> any NoisePredictor {
    guard var guided = predictor(number) as? GuidedTransformer else { return KeptSteps() }
    if let asked = request.control, !plan.isLed(step, in: number, within: asked.span) {
      guided.control = nil
    }
    return guided
  }

  /// - Parameter number: Of the picture's steps, from 0.
  private mutating func report(
    _ step: Denoising.Step, number: Int, of picture: Int, next: Latents,
    began: inout ContinuousClock.Instant
  ) throws {
    let seconds = (ContinuousClock.now - began).seconds
    let made = try preview.picture(
      queued.preview, of: step, next: next, seconds: seconds, cancellation: cancellation)
    let end = ContinuousClock.now
    stepClock.add(step: (end - began).seconds)
    began = end
    queued.report(
      .stepped(
        StepReport(
          picture: picture, step: number + 1, steps: plan.steps, seconds: seconds,
          secondsLeft: stepClock.secondsLeft, latents: step.latents, denoised: step.denoised,
          preview: made.image, previewSource: made.source)))
  }

  private mutating func tell(_ stage: GenerationStage, _ fraction: Double) {
    if pacer.lets(fraction) { queued.report(.progressed(stage, fraction: fraction)) }
  }

  private mutating func traceTimes() {
    let scheduler = plan.stretches[plan.stretches.count - 1].scheduler
    trace?.set(timesteps: scheduler)
  }

  private mutating func traceStep(_ step: Denoising.Step, number index: Int) {
    guard trace != nil else { return }
    if index == 0 {
      trace?.append("noise_pred_text", step.prediction.text)
      if let unconditional = step.prediction.unconditional {
        trace?.append("noise_pred_uncond", unconditional)
      }
    }
    trace?.append("eps.\(index)", step.prediction.guided)
    trace?.append("latents.\(index)", step.latents)
    trace?.append("denoised.\(index)", step.denoised)
  }

  /// Decodes latents of picture `index`.
  mutating func decode(_ latents: Latents, index: Int) throws -> PixelImage {
    // Denoising's memory is of no use to the decoder.
    TensorPool.shared.trim()
    if savesMemory { letTransformerGo() }
    let decoded = try model.autoencoder.decode(
      latents, tiling: tiling, cancellation: cancellation
    ) { fraction in
      if pacer.lets(fraction) { queued.report(.decoding(picture: index, fraction: fraction)) }
    }[0]
    trace?.append("decoded", shape: [1, 3, decoded.height, decoded.width], decoded.values)
    return decoded.resizedAndCropped(
      height: size.requested.height, width: size.requested.width
    ).pixelImage
  }
}

extension StepSettings {
  /// What the text encoder has to read: the negative prompt only counts with guidance.
  fileprivate var texts: [String] { guidance > 1 ? [prompt, negative] : [prompt] }
}

/// Stands for a model where all steps are kept.
private struct KeptSteps: NoisePredictor {
  func callAsFunction(_ latents: Latents, timestep: Double, progress: (Double) -> Void)
    throws(CancellationError) -> NoisePrediction
  {
    preconditionFailure("a kept step was asked for again")
  }
}
