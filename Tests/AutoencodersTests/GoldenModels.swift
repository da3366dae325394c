import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autoencoders

/// The golden checkpoints as autoencoders.
enum GoldenModels {
  static let device = CPU(threads: 2)

  static func folder(_ model: String) -> URL {
    let folder = Golden.model(model)
    return model == "taesd-tiny" ? folder : folder.appending(path: "vae")
  }

  static func kl(_ model: String, device: any Device = device) throws -> AutoencoderKL {
    try AutoencoderKL(
      weights(model, device: device), configuration: AutoencoderKLConfiguration(config(model)))
  }

  static func tiny() throws -> AutoencoderTiny {
    try AutoencoderTiny(
      weights("taesd-tiny"), configuration: AutoencoderTinyConfiguration(config("taesd-tiny")))
  }

  /// The weights of a model, some changed on the way.
  static func weights(
    _ model: String, device: any Device = device,
    _ change: (inout [String: StoredTensor]) -> Void = { _ in }
  ) throws -> Weights {
    let checkpoint = try Golden.checkpoint(folder(model))
    var tensors = Dictionary(uniqueKeysWithValues: checkpoint.all.map { ($0.name, $0) })
    change(&tensors)
    return Weights(Checkpoint(source: model, tensors: tensors), device: device)
  }

  /// A model's `config.json`, some values changed.
  static func config(_ model: String, _ changes: [String: Any] = [:]) throws -> ConfigurationFile {
    let data = try Data(contentsOf: folder(model).appending(path: "config.json"))
    let values = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let changed = values.merging(changes) { _, new in new }
    return try ConfigurationFile(
      source: model, json: JSONSerialization.data(withJSONObject: changed))
  }
}

extension Golden {
  /// A tensor `[count, channels, height, width]`.
  func latents(_ name: String) throws -> Latents {
    let shape = try shape(name)
    return Latents(
      count: shape[0], channels: shape[1], height: shape[2], width: shape[3],
      values: try floats(name))
  }

  /// The pictures of a tensor `[count, 3, height, width]`.
  func pictures(_ name: String) throws -> [Picture] {
    let shape = try shape(name)
    let values = try floats(name)
    let size = 3 * shape[2] * shape[3]
    return (0..<shape[0]).map {
      Picture(
        height: shape[2], width: shape[3], values: Array(values[$0 * size..<($0 + 1) * size]))
    }
  }

  func tiling() throws -> Tiling {
    Tiling(
      sampleSize: try #require(facts["tile_sample_min_size"] as? Int),
      overlap: try #require(facts["tile_overlap_factor"] as? Double))
  }
}
