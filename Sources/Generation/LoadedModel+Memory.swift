import Autoencoders
package import Checkpoints
package import Kernels
import Schedulers
import Tensors
import TextEncoding
import Transformers

extension LoadedModel {
  /// A model of any size with weights from memory, for benchmarks.
  ///
  /// - Parameters:
  ///   - folder: The model whose name, scheduler and tokenizer it takes.
  ///   - weights: Of transformer and autoencoder.
  ///   - textWeights: Of the text encoder.
  package init(
    imitating folder: ModelFolder, device: any Device, weights: any TensorSource,
    transformer: TransformerConfiguration, autoencoder: AutoencoderConfiguration,
    textWeights: any TensorSource, textEncoder: T5Configuration
  ) throws {
    self.folder = folder
    configuration = transformer
    self.transformer = try RecallableTransformer(
      Weights(weights, device: device), configuration: transformer)
    self.autoencoder = try makeAutoencoder(
      Weights(weights, device: device), configuration: autoencoder)
    preview = try LatentPreview(for: self.autoencoder)
    tinyAutoencoder = nil
    scheduler = try SchedulerConfiguration(json: folder.configuration(.scheduler).foundation)
    tokenizer = try T5Tokenizer(folder.tokenizerFile())
    self.textEncoder = try T5Encoder(
      Weights(textWeights, device: device), configuration: textEncoder)
    hash = folder.weightsHash
    precision = device.precision
    description = ModelDescription(
      imitating: folder, transformer: transformer, autoencoder: autoencoder,
      textEncoder: textEncoder, scheduler: scheduler)
  }
}
