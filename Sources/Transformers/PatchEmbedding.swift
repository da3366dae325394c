import Checkpoints
import Kernels
import Tensors

/// Cuts latents into patches and brings each to the transformer's width.
///
/// `PatchEmbed` in diffusers; checkpoint prefix `pos_embed`. The convolution's stride is its kernel,
/// so it is one product over the patches' numbers.
struct PatchEmbedding: Sendable {
  private let projection: Linear
  private let patchSize: Int

  init(_ weights: Weights, channels: Int, patchSize: Int, hiddenSize: Int) throws(CheckpointError) {
    let convolution = weights["proj"]
    projection = Linear(
      weight: try convolution.matrix([hiddenSize, channels, patchSize, patchSize]),
      bias: try convolution.vector("bias", count: hiddenSize))
    self.patchSize = patchSize
  }

  /// - Returns: `[count · rows · columns, hiddenSize]`.
  func callAsFunction(_ latents: Latents) -> Tensor { projection(Self.patches(latents, patchSize)) }

  /// - Returns: `[count · rows · columns, channels · patchSize²]`, within a patch by channel, row,
  ///   column.
  private static func patches(_ latents: Latents, _ size: Int) -> Tensor {
    let (rows, columns) = (latents.height / size, latents.width / size)
    var values: [Float] = []
    values.reserveCapacity(latents.values.count)
    for picture in 0..<latents.count {
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<latents.channels {
            for y in 0..<size {
              let line = (picture * latents.channels + channel) * latents.height + row * size + y
              let start = line * latents.width + column * size
              values += latents.values[start..<start + size]
            }
          }
        }
      }
    }
    return Tensor(
      [latents.count * rows * columns, latents.channels * size * size], values: values)
  }
}
