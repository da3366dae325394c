import Checkpoints
import Kernels
import Tensors
import Transformers

/// One prediction of a transformer of full width with outlier channels, by several devices.
struct OutlierModel {
  private let configuration: TransformerConfiguration
  private let side: Int

  /// - Parameters:
  ///   - layers: Blocks of Sigma XL/2's width.
  ///   - side: Of the latents.
  init(layers: Int, side: Int) throws {
    configuration = try FullSize.transformer(layers: layers)
    self.side = side
  }

  /// The noise and variance that a device predicts, guided.
  func prediction(on device: any Device) throws -> [Float] {
    let transformer = try PixArtTransformer(
      Weights(OutlierTensors(), device: device), configuration: configuration)
    let captions = [1, 40].map { count in
      TokenEmbeddings(
        tokens: count, channels: configuration.captionChannels,
        values: Self.waves(count * configuration.captionChannels))
    }
    let context = transformer.prepare(captions: captions, height: side, width: side)
    let latents = Latents(
      count: 2, channels: configuration.inChannels, height: side, width: side,
      values: Self.waves(2 * configuration.inChannels * side * side))
    return try transformer(
      latents, timestep: 500, context: context, cancellation: Cancellation()
    ).values
  }

  /// Numbers of variance 1 that look like no others.
  private static func waves(_ count: Int) -> [Float] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int32(bitPattern: state)) * 0x1p-31 * 1.732
    }
  }
}
