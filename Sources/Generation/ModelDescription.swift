public import Checkpoints
public import Schedulers

/// What a model is and takes, read from its small files only: no weight is looked at.
public struct ModelDescription: Sendable {
  public let folder: ModelFolder
  /// Nil if its configuration cannot be read.
  public let transformer: TransformerConfiguration?
  public let autoencoder: AutoencoderConfiguration?
  public let textEncoder: T5Configuration?
  public let scheduler: SchedulerConfiguration?
  /// Bytes of the weights' files of each part that has some.
  public let bytes: [ModelPart: Int]
  /// Whether a small autoencoder can draw previews.
  public let hasTinyPreview: Bool
  /// Why the model cannot run, one line each; empty if it can as far as small files tell.
  public let faults: [String]

  /// - Parameter folder: With the parts it borrows.
  public init(_ folder: ModelFolder) {
    var faults =
      folder.missing.isEmpty
      ? [] : ["\(folder.name) has no \(folder.missing.map(\.title).joined(separator: ", "))."]
    func read<Value>(_ part: ModelPart, _ body: () throws -> Value) -> Value? {
      guard folder.parts[part] != nil else { return nil }
      do {
        return try body()
      } catch {
        faults.append("\(error)")
        return nil
      }
    }
    self.folder = folder
    let transformer = read(.transformer) {
      try TransformerConfiguration(folder.configuration(.transformer))
    }
    let autoencoder = read(.autoencoder) { try folder.autoencoderConfiguration() }
    let textEncoder = read(.textEncoder) { try folder.textEncoderConfiguration() }
    scheduler = read(.scheduler) { try SchedulerConfiguration(of: folder) }
    var bytes: [ModelPart: Int] = [:]
    for part in [ModelPart.transformer, .textEncoder, .autoencoder] {
      bytes[part] = read(part) { try folder.weightBytes(part) }
    }
    if let transformer, let textEncoder, textEncoder.dModel != transformer.captionChannels {
      faults.append(
        "\(GenerationError.captionChannelsDiffer(encoder: textEncoder.dModel, transformer: transformer.captionChannels))"
      )
    }
    if let transformer, let autoencoder, autoencoder.latentChannels != transformer.inChannels {
      faults.append(
        "\(GenerationError.latentChannelsDiffer(autoencoder: autoencoder.latentChannels, transformer: transformer.inChannels))"
      )
    }
    self.transformer = transformer
    self.autoencoder = autoencoder
    self.textEncoder = textEncoder
    self.bytes = bytes
    self.faults = faults
    hasTinyPreview = Self.hasTinyPreview(folder, autoencoder)
  }

  /// A model whose weights are in memory already, so that they are no part of what a request needs.
  init(
    imitating folder: ModelFolder, transformer: TransformerConfiguration,
    autoencoder: AutoencoderConfiguration, textEncoder: T5Configuration,
    scheduler: SchedulerConfiguration
  ) {
    self.folder = folder
    self.transformer = transformer
    self.autoencoder = autoencoder
    self.textEncoder = textEncoder
    self.scheduler = scheduler
    bytes = [:]
    faults = []
    hasTinyPreview = Self.hasTinyPreview(folder, autoencoder)
  }

  public var name: String { folder.name }
  public var family: ModelFamily { folder.family }
  /// Longest prompt in tokens, the end mark included.
  public var maxTokens: Int { family.maxTokens }

  // MARK: Sizes

  /// Pixels that a latent pixel covers.
  public var latentFactor: Int { autoencoder?.spatialFactor ?? 8 }

  /// What the sides of a picture must be multiples of.
  public var sizeMultiple: Int { latentFactor * (transformer?.patchSize ?? 2) }

  /// Side in pixels that the transformer was trained at.
  public var nativeSide: Int? { transformer.map { $0.sampleSize * latentFactor } }

  /// The size of a picture for which none is asked.
  public var nativeSize: PictureSize? { nativeSide.map { PictureSize(width: $0, height: $0) } }

  /// The sizes it was trained at, the widest first; empty if there is no table for it.
  public var bins: [PictureSize] {
    guard let transformer, latentFactor == 8, transformer.patchSize == 2 else { return [] }
    return ResolutionBins(sampleSize: transformer.sampleSize)?.sizes ?? []
  }

  /// The size a picture is made at before it is fitted to the one asked for.
  ///
  /// - Parameter size: The model's own size if nil.
  /// - Returns: Nil if the model's configuration cannot be read.
  /// - Throws: ``GenerationError`` for a size that cannot be.
  public func madeSize(_ size: PictureSize?, snapsToBin: Bool) throws(GenerationError)
    -> PictureSize?
  {
    guard let transformer else { return nil }
    return try SizePlan(
      size, snapsToBin: snapsToBin, model: name, configuration: transformer, factor: latentFactor
    ).made
  }

  // MARK: Sampling

  /// The sampler it is published with; nil for one that is not built here.
  public var publishedSampler: SamplerName? { scheduler?.samplerName }

  /// Steps that a sampler usually takes, the published one's if nil.
  public func suggestedSteps(for sampler: SamplerName? = nil) -> Int {
    switch sampler ?? publishedSampler {
    case .dpmPlusPlus2M, .dpmPlusPlus2MKarras, .dpmPlusPlusSDE, nil: 20
    case .saSolver: 25
    case .euler, .eulerAncestral: 30
    case .ddim: 50
    case .ddpm: 100
    case .lcm, .lcmStride, .dmd: habits(for: sampler).steps
    }
  }

  /// The guidance that PixArt's papers and pipelines use.
  public var suggestedGuidance: Double { habits().guidance }

  /// The scheduler of a request.
  ///
  /// - Throws: `SchedulerError` for steps or settings that cannot be.
  func makeScheduler(_ sampler: SamplerName?, steps: Int) throws(SchedulerError)
    -> (any Scheduler)?
  {
    guard let scheduler else { return nil }
    guard let sampler else { return try scheduler.makeScheduler(steps: steps) }
    return try sampler.makeScheduler(configuration: scheduler, steps: steps)
  }

  /// How many steps a request computes for one picture.
  ///
  /// - Parameters:
  ///   - sampler: The published one if nil.
  ///   - strength: Nil without a picture to begin with.
  /// - Returns: Nil if the scheduler's configuration cannot be read.
  /// - Throws: `SchedulerError` for steps, strength or settings that cannot be.
  public func computedSteps(_ sampler: SamplerName?, steps: Int, strength: Double?)
    throws(SchedulerError) -> Int?
  {
    guard let made = try makeScheduler(sampler, steps: steps) else { return nil }
    return made.timesteps.count - (try strength.map(made.startIndex(strength:)) ?? 0)
  }

  /// How many steps a request computes for one picture, its branches included.
  ///
  /// - Parameter strength: Nil without a picture to begin with.
  /// - Returns: Nil if the scheduler's configuration cannot be read.
  /// - Throws: `SchedulerError`, and ``GenerationError`` for a branch where there is no step.
  public func computedSteps(of request: GenerationRequest, strength: Double?) throws -> Int? {
    try scheduler.map { try StepPlan(request, scheduler: $0, strength: strength).steps }
  }

  // MARK: Previews

  private static func hasTinyPreview(_ folder: ModelFolder, _ own: AutoencoderConfiguration?)
    -> Bool
  {
    guard let own else { return false }
    if case .tiny = own { return true }
    guard let tiny = folder.tinyAutoencoder,
      case .tiny(let small)? = try? folder.tinyAutoencoderConfiguration(in: tiny)
    else { return false }
    return small.latentChannels == own.latentChannels && small.spatialFactor == own.spatialFactor
  }
}
