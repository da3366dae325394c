import Autoencoders
import Checkpoints
import Kernels
import Schedulers
import Tensors
import TextEncoding
import Transformers

/// A model with its weights mapped and its layers made; the text encoder is opened when needed.
struct LoadedModel: Sendable {
  let folder: ModelFolder
  let configuration: TransformerConfiguration
  let transformer: PixArtTransformer
  let autoencoder: any Autoencoder
  let preview: LatentPreview
  let scheduler: SchedulerConfiguration
  let tokenizer: T5Tokenizer
  /// Bytes of the transformer's weights, all of which every step reads.
  let transformerBytes: Int
  /// Bytes of the autoencoder's weights.
  let autoencoderBytes: Int

  /// - Parameter report: Hears of each part before it is opened.
  init(
    _ folder: ModelFolder, device: any Device,
    report: (_ part: String, _ index: Int, _ count: Int) -> Void
  ) throws {
    self.folder = folder
    report("transformer", 0, 4)
    let weights = try folder.checkpoint(.transformer)
    configuration = try folder.transformerConfiguration(weights)
    transformer = try PixArtTransformer(
      Weights(weights, device: device), configuration: configuration)
    transformerBytes = weights.all.reduce(0) { $0 + $1.byteCount }

    report("autoencoder", 1, 4)
    let pixels = try folder.checkpoint(.autoencoder)
    autoencoder = try makeAutoencoder(
      Weights(pixels, device: device), configuration: folder.autoencoderConfiguration())
    guard autoencoder.latentChannels == configuration.inChannels else {
      throw GenerationError.latentChannelsDiffer(
        autoencoder: autoencoder.latentChannels, transformer: configuration.inChannels)
    }
    preview = try LatentPreview(for: autoencoder)
    autoencoderBytes = pixels.all.reduce(0) { $0 + $1.byteCount }

    report("scheduler", 2, 4)
    scheduler = try SchedulerConfiguration(json: folder.configuration(.scheduler).foundation)

    report("tokenizer", 3, 4)
    tokenizer = try T5Tokenizer(folder.tokenizerFile())
  }

  /// Opens the text encoder; its memory goes when the last copy of it goes.
  func openTextEncoder(device: any Device) throws -> T5Encoder {
    let encoder = try T5Encoder(
      Weights(folder.checkpoint(.textEncoder), device: device),
      configuration: folder.textEncoderConfiguration())
    guard encoder.configuration.dModel == configuration.captionChannels else {
      throw GenerationError.captionChannelsDiffer(
        encoder: encoder.configuration.dModel, transformer: configuration.captionChannels)
    }
    return encoder
  }

  var maxTokens: Int { folder.family.maxTokens }
}
