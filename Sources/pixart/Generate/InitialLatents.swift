import Checkpoints
import Foundation
import Kernels
import Tensors

/// Noise from a file: the tensor `latents`, `[n, channels, height / 8, width / 8]`.
enum InitialLatents {
  static func read(_ path: String) throws -> Latents {
    let stored = try Checkpoint(file: URL(filePath: path)).tensor("latents")
    guard stored.shape.rank == 4, stored.shape.count > 0 else {
      throw CheckpointError.wrongShape(
        name: "latents", source: path, expected: [1, 4, 64, 64], found: stored.shape)
    }
    return Latents(
      count: stored.shape[0], channels: stored.shape[1], height: stored.shape[2],
      width: stored.shape[3], values: stored.widened())
  }
}
