import Autoencoders
import Checkpoints
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
  private let size: SizePlan
  private let scheduler: any Scheduler
  private let samplerName: String
  private let startIndex: Int
  /// Steps of one picture.
  private let steps: Int
  /// The picture to begin with, encoded.
  private var initImage: Latents?
  private var preview: StepPreview
  private var predictor: GuidedTransformer?
  private var cleanedPrompt = ""
  private var stepClock: StepClock
  private var pacer = ProgressPacer()
  private var progress: RunProgress
  private(set) var trace: GenerationTrace?

  private var request: GenerationRequest { queued.request }
  private var cancellation: Cancellation { queued.cancellation }

  /// Checks everything that can be checked before the work begins.
  ///
  /// - Throws: ``GenerationError``, ``SuspendedRunError``, `SchedulerError`.
  init(_ queued: QueuedRequest, model: LoadedModel, device: any Device) throws {
    let request = queued.request
    guard (1...GenerationRequest.mostPictures).contains(request.count) else {
      throw GenerationError.countOutOfRange(
        request.count, most: GenerationRequest.mostPictures)
    }
    guard (0...100).contains(request.guidance) else {
      throw GenerationError.guidanceOutOfRange(request.guidance)
    }
    self.queued = queued
    self.model = model
    self.device = device
    size = try SizePlan(
      request, configuration: model.configuration, factor: model.autoencoder.spatialFactor)
    if let sampler = request.sampler {
      scheduler = try sampler.makeScheduler(configuration: model.scheduler, steps: request.steps)
      samplerName = sampler.rawValue
    } else {
      scheduler = try model.scheduler.makeScheduler(steps: request.steps)
      samplerName = model.scheduler.samplerName?.rawValue ?? "published"
    }
    preview = StepPreview(linear: model.preview, tiny: model.tinyAutoencoder)
    startIndex =
      request.initImage == nil ? 0 : try scheduler.startIndex(strength: request.strength)
    steps = scheduler.timesteps.count - startIndex
    trace = request.traces ? GenerationTrace() : nil
    let factor = model.autoencoder.spatialFactor
    let shape: Shape = [
      1, model.configuration.inChannels, size.made.height / factor, size.made.width / factor,
    ]
    progress = try RunProgress(
      queued, identity: RunIdentity(request, model: model.folder.name, size: size.requested),
      shape: shape, steps: steps)
    stepClock = StepClock(
      steps: steps * (request.count - progress.picture) - progress.predictions.count,
      pictures: request.count - progress.picture)
    try checkInitialLatents()
    var facts = RequestFacts(
      size: size.made, steps: steps, promptTokens: model.maxTokens * (request.guidance > 1 ? 2 : 1))
    facts.isGuided = request.guidance > 1
    facts.tilesDecoding = request.tilesDecoding
    try RequestWork(facts, of: model.description)?.checkFits(size.made)
  }

  /// Pictures that are still to be made.
  var remaining: Range<Int> { progress.picture..<request.count }

  /// What it takes to go on later; nil if nothing is worth keeping.
  var suspended: SuspendedRun? { progress.suspended(previewMap: preview.linear) }

  private var latentHeight: Int { size.made.height / model.autoencoder.spatialFactor }
  private var latentWidth: Int { size.made.width / model.autoencoder.spatialFactor }
  private var channels: Int { model.configuration.inChannels }

  private func checkInitialLatents() throws(GenerationError) {
    guard let latents = request.initialLatents else { return }
    guard request.initImage == nil else { throw .initialLatentsWithImage }
    let needed: Shape = [request.count, channels, latentHeight, latentWidth]
    guard latents.shape == needed else {
      throw .initialLatentsMisshapen(
        found: latents.shape.dimensions, needed: needed.dimensions)
    }
  }

  // MARK: Prompts

  /// Encodes both prompts and lets the transformer prepare what stays the same over all steps.
  mutating func encodePrompts(cache: PromptCache?, clock: inout StageClock) throws {
    let start = ContinuousClock.now
    var encoder = PromptEncoder(
      model: model, device: device, cache: cache, cancellation: cancellation)
    let isGuided = request.guidance > 1
    // Two prompts take half of the whole each.
    let prompt = try encoder.encode(request.prompt, cleans: request.cleansPrompts) {
      tell(.encodingPrompt, isGuided ? $0 / 2 : $0)
    }
    let negative =
      isGuided
      ? try encoder.encode(request.negative, cleans: request.cleansPrompts) {
        tell(.encodingPrompt, 0.5 + $0 / 2)
      } : nil
    cleanedPrompt = prompt.cleaned
    let captions = [negative?.embeddings, prompt.embeddings].compactMap { $0 }
    predictor = GuidedTransformer(
      transformer: model.transformer,
      context: cancellation.whileCurrent {
        model.transformer.prepare(
          captions: captions, height: latentHeight, width: latentWidth,
          vaeScaleFactor: model.autoencoder.spatialFactor)
      },
      guidance: request.guidance, cancellation: cancellation)
    try cancellation.check()
    tracePrompt(prompt, prefix: "")
    if let negative { tracePrompt(negative, prefix: "negative_") }
    clock.add("encode", ContinuousClock.now - start)
    queued.report(
      .promptEncoded(
        PromptSummary(
          cleaned: prompt.cleaned, tokens: prompt.tokens.ids.count,
          tokensBeforeCut: prompt.tokens.wholeCount,
          cutText: prompt.tokens.cut.map { String(prompt.cleaned[$0]) },
          unplacedWeights: prompt.unplacedWeights + (negative?.unplacedWeights ?? []),
          wasCached: prompt.wasCached)))
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

  /// Encodes the picture to begin with, if there is one, fitted to the size.
  ///
  /// The encoder's most probable latents are taken, so the noise is the seed's alone.
  mutating func encodeInitImage(clock: inout StageClock) throws {
    guard let image = request.initImage else { return }
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
    let seed = request.seed &+ UInt64(index)
    let latents = try clock.measure("denoise") { try denoise(index, seed: seed) }
    let start = ContinuousClock.now
    let image = try decode(latents, index: index)
    clock.add("decode", ContinuousClock.now - start)
    stepClock.add(decoding: (ContinuousClock.now - start).seconds)
    queued.report(
      .picture(
        GeneratedPicture(
          index: index, image: image, seed: seed, madeSize: size.made, sampler: samplerName,
          cleanedPrompt: cleanedPrompt, model: model.folder.name)))
  }

  private mutating func denoise(_ index: Int, seed: UInt64) throws -> Latents {
    guard let predictor else { preconditionFailure("prompts are encoded before pictures are made") }
    var generator = TorchGenerator(seed: seed)
    let noise =
      request.initialLatents.map { $0.picture(index) }
      ?? Latents(
        count: 1, channels: channels, height: latentHeight, width: latentWidth,
        values: generator.randn(channels * latentHeight * latentWidth))
    let start =
      initImage.map { scheduler.addNoise(to: $0, noise: noise, at: startIndex) }
      ?? noise.with(noise.values.map { $0 * scheduler.initialNoiseScale })
    trace?.append("noise.0", noise)
    trace?.append("latents_init", start)
    traceTimes()

    var denoising = Denoising(
      predictor: predictor, scheduler: scheduler, generator: generator, latents: start,
      index: startIndex)
    for guided in progress.predictions { denoising.repeatStep(guided: guided) }
    var began = ContinuousClock.now
    while true {
      let number = denoising.index - startIndex + 1
      let step = try denoising.next { tell(.step(number, picture: index), $0) }
      guard let step else { break }
      progress.add(step)
      traceStep(step)
      let seconds = (ContinuousClock.now - began).seconds
      let made = try preview.picture(
        queued.preview, of: step, next: denoising.scheduledInput, seconds: seconds,
        cancellation: cancellation)
      let end = ContinuousClock.now
      stepClock.add(step: (end - began).seconds)
      began = end
      queued.report(
        .stepped(
          StepReport(
            picture: index, step: number, steps: steps,
            seconds: seconds, secondsLeft: stepClock.secondsLeft, latents: step.latents,
            denoised: step.denoised, preview: made.image, previewSource: made.source)))
    }
    return denoising.latents
  }

  private mutating func tell(_ stage: GenerationStage, _ fraction: Double) {
    if pacer.lets(fraction) { queued.report(.progressed(stage, fraction: fraction)) }
  }

  private mutating func traceTimes() {
    let scheduler = scheduler
    trace?.set(timesteps: scheduler)
  }

  private mutating func traceStep(_ step: Denoising.Step) {
    guard trace != nil else { return }
    let index = step.index - startIndex
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

  private mutating func decode(_ latents: Latents, index: Int) throws -> PixelImage {
    // Denoising's memory is of no use to the decoder.
    TensorPool.shared.trim()
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
