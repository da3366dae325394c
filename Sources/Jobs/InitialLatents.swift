import Checkpoints
import Foundation
import Kernels
public import Tensors

/// Noise from a file: the tensor `latents`, `[n, channels, height / 8, width / 8]`.
enum InitialLatents {
  static func read(_ path: String) throws -> Latents {
    let checkpoint = try Checkpoint(file: URL(filePath: path))
    guard checkpoint.contains("latents") || checkpoint.unusable.contains(where: \.isLatents) else {
      throw InitialLatentsError.missing(file: path)
    }
    let stored = try checkpoint.tensor("latents")
    guard stored.shape.rank == 4, stored.shape.count > 0 else {
      throw InitialLatentsError.misshapen(file: path, found: stored.shape)
    }
    let values = stored.widened()
    guard values.allSatisfy(\.isFinite) else { throw InitialLatentsError.notFinite(file: path) }
    return Latents(
      count: stored.shape[0], channels: stored.shape[1], height: stored.shape[2],
      width: stored.shape[3], values: values)
  }
}

extension UnusableTensor {
  fileprivate var isLatents: Bool { name == "latents" }
}

public enum InitialLatentsError: Error, CustomStringConvertible {
  case missing(file: String)
  case misshapen(file: String, found: Shape)
  case notFinite(file: String)

  public var description: String {
    switch self {
    case .missing(let file):
      "'\(file)' has no tensor 'latents'. Store the noise under this name."
    case .misshapen(let file, let found):
      "'latents' in '\(file)' is \(found), but [pictures, channels, height / 8, width / 8] was "
        + "needed. Reshape it."
    case .notFinite(let file):
      "'latents' in '\(file)' holds numbers that are infinite or none at all. Draw the noise again."
    }
  }
}
