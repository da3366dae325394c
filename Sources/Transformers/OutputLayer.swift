import Checkpoints
import Kernels
import Tensors

/// Normalises, modulates by the embedded timestep, and turns tokens back into latents.
///
/// The end of `PixArtTransformer2DModel`; checkpoint names `scale_shift_table` and `proj_out`.
struct OutputLayer: Sendable {
  private let projection: Linear
  /// `[2, hiddenSize]`: shift, scale.
  private let scaleShiftTable: [Float]
  private let hiddenSize: Int
  private let patchSize: Int
  private let channels: Int
  private let epsilon: Float
  private let device: any Device

  init(_ weights: Weights, hiddenSize: Int, patchSize: Int, channels: Int, epsilon: Float)
    throws(CheckpointError)
  {
    projection = try weights.linear(
      "proj_out", inputs: hiddenSize, outputs: patchSize * patchSize * channels)
    scaleShiftTable = try weights.tensor("scale_shift_table", shape: [2, hiddenSize]).widened()
    self.hiddenSize = hiddenSize
    self.patchSize = patchSize
    self.channels = channels
    self.epsilon = epsilon
    device = weights.device
  }

  /// - Parameters:
  ///   - hidden: `[count · rows · columns, hiddenSize]`.
  ///   - embedded: The embedded timestep, `[1, hiddenSize]`.
  func callAsFunction(
    _ hidden: borrowing Tensor, embedded: borrowing Tensor, rows: Int, columns: Int
  ) -> Latents {
    unpatchify(projection(normalized(hidden, embedded: embedded)), rows: rows, columns: columns)
  }

  /// - Returns: `[count · rows · columns, hiddenSize]`.
  func normalized(_ hidden: borrowing Tensor, embedded: borrowing Tensor) -> Tensor {
    var modulation = Tensor([2, hiddenSize], values: scaleShiftTable)
    let row = embedded.values
    device.add(Vector(row), to: &modulation)
    return device.layerNorm(hidden, epsilon: epsilon, modulation: modulation, shift: 0, scale: 1)
  }

  /// Within a token the channel is fastest, then the column, then the row of the patch.
  private func unpatchify(_ tokens: borrowing Tensor, rows: Int, columns: Int) -> Latents {
    let size = patchSize
    let count = tokens.shape[0] / (rows * columns)
    let (height, width) = (rows * size, columns * size)
    let source = tokens.values
    var values = [Float](repeating: 0, count: source.count)
    var index = 0
    for picture in 0..<count {
      for row in 0..<rows {
        for column in 0..<columns {
          for y in 0..<size {
            for x in 0..<size {
              for channel in 0..<channels {
                let line = (picture * channels + channel) * height + row * size + y
                values[line * width + column * size + x] = source[index]
                index += 1
              }
            }
          }
        }
      }
    }
    return Latents(count: count, channels: channels, height: height, width: width, values: values)
  }
}
