import Autoencoders
import Checkpoints
import Kernels
import Schedulers
import Tensors
import TextEncoding
import Transformers

/// A model with its weights mapped and its layers made; the text encoder is opened when needed.
package struct LoadedModel: Sendable {
  let folder: ModelFolder
  let configuration: TransformerConfiguration
  /// With ``adapters``.
  var transformer: RecallableTransformer
  /// What the transformer computes with beside its own weights, with their hashes.
  var adapters: [AdapterChoice] = []
  let autoencoder: any Autoencoder
  let preview: LatentPreview
  /// A fast stand-in for the autoencoder in previews, if there is one.
  let tinyAutoencoder: (any Autoencoder)?
  let scheduler: SchedulerConfiguration
  let tokenizer: T5Tokenizer
  /// For what requests need.
  let description: ModelDescription
  /// In place of the folder's, for a model whose weights are in memory.
  let textEncoder: T5Encoder?
  let hash: String
  /// Of large products.
  let precision: Precision

  /// - Parameters:
  ///   - precision: Of large products.
  ///   - opensTransformer: Whether it is opened now and not when it is first wanted.
  ///   - report: Hears of each part before it is opened; what it throws ends the loading.
  init(
    _ folder: ModelFolder, device: any Device, precision: Precision,
    opensTransformer: Bool = true,
    report: (_ part: String, _ index: Int, _ count: Int) throws -> Void
  ) throws {
    self.folder = folder
    textEncoder = nil
    self.precision = precision
    let device = device.with(precision, .packed)
    try report("transformer", 0, 4)
    let weights = try folder.checkpoint(.transformer)
    configuration = try folder.transformerConfiguration(weights)
    transformer = RecallableTransformer(weights, configuration: configuration, device: device)
    if opensTransformer { _ = try transformer.open() }

    try report("autoencoder", 1, 4)
    let pixels = try folder.checkpoint(.autoencoder)
    autoencoder = try makeAutoencoder(
      Weights(pixels, device: device), configuration: folder.autoencoderConfiguration())
    guard autoencoder.latentChannels == configuration.inChannels else {
      throw GenerationError.latentChannelsDiffer(
        autoencoder: autoencoder.latentChannels, transformer: configuration.inChannels)
    }
    preview = try LatentPreview(for: autoencoder)
    tinyAutoencoder = try Self.tinyAutoencoder(folder, beside: autoencoder, device: device)

    try report("scheduler", 2, 4)
    scheduler = try SchedulerConfiguration(of: folder)

    try report("tokenizer", 3, 4)
    tokenizer = try T5Tokenizer(folder.tokenizerFile())
    description = ModelDescription(folder)
    hash = folder.weightsHash
  }

  /// The autoencoder itself if it is tiny, else the one of the folder `tiny_vae`.
  ///
  /// - Throws: ``GenerationError`` if that has other latents, and what opening it throws.
  private static func tinyAutoencoder(
    _ folder: ModelFolder, beside autoencoder: any Autoencoder, device: any Device
  ) throws -> (any Autoencoder)? {
    if autoencoder is AutoencoderTiny { return autoencoder }
    guard let part = folder.tinyAutoencoder else { return nil }
    let tiny = try makeAutoencoder(
      Weights(Checkpoint(folder: part), device: device),
      configuration: folder.tinyAutoencoderConfiguration(in: part))
    guard tiny.latentChannels == autoencoder.latentChannels,
      tiny.spatialFactor == autoencoder.spatialFactor
    else {
      throw GenerationError.tinyAutoencoderDiffers(
        channels: tiny.latentChannels, factor: tiny.spatialFactor,
        neededChannels: autoencoder.latentChannels, neededFactor: autoencoder.spatialFactor)
    }
    return tiny
  }

  /// Opens the text encoder; its memory goes when the last copy of it goes.
  ///
  /// - Parameters:
  ///   - prepared: Where its packed weights are kept, if there are to be any.
  ///   - savesMemory: Whether weights are not to stay in memory once they were looked at.
  ///   - report: Hears of the making of these.
  func openTextEncoder(
    device: any Device, prepared: PreparedWeights?, savesMemory: Bool, cancellation: Cancellation,
    report: (PreparedWeights.Report) -> Void
  ) throws -> OpenedTextEncoder {
    if let textEncoder { return OpenedTextEncoder(textEncoder, from: nil, nil) }
    let narrow = device.with(precision, .mapped)
    let checkpoint = try folder.checkpoint(.textEncoder)
    let packed = try prepared?.open(
      checkpoint, for: narrow, savesMemory: savesMemory, cancellation: cancellation,
      report: report)
    let encoder = try T5Encoder(
      Weights(checkpoint.withEvenColumns(for: narrow), device: narrow, prepared: packed),
      configuration: folder.textEncoderConfiguration())
    guard encoder.configuration.dModel == configuration.captionChannels else {
      throw GenerationError.captionChannelsDiffer(
        encoder: encoder.configuration.dModel, transformer: configuration.captionChannels)
    }
    return OpenedTextEncoder(encoder, from: checkpoint, packed)
  }

  var maxTokens: Int { folder.family.maxTokens }
}
