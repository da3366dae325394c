import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autoencoders

/// The golden checkpoints as autoencoders, read without the readers of `Checkpoints`.
enum GoldenModels {
  static let device = CPU(threads: 2)

  static func kl(_ name: String) throws -> AutoencoderKL {
    let folder = Golden.model(name).appending(path: "vae")
    let config = try config(of: folder)
    return try AutoencoderKL(
      weights(of: folder),
      AutoencoderKLConfiguration(
        blockOutChannels: #require(config["block_out_channels"] as? [Int]),
        layersPerBlock: #require(config["layers_per_block"] as? Int),
        normNumGroups: #require(config["norm_num_groups"] as? Int),
        sampleSize: #require(config["sample_size"] as? Int),
        scalingFactor: Float(#require(config["scaling_factor"] as? Double))))
  }

  static func tiny() throws -> AutoencoderTiny {
    try tiny(in: Golden.model("taesd-tiny"))
  }

  static func tiny(in folder: URL) throws -> AutoencoderTiny {
    let config = try config(of: folder)
    return try AutoencoderTiny(
      weights(of: folder),
      AutoencoderTinyConfiguration(
        encoderBlockOutChannels: #require(config["encoder_block_out_channels"] as? [Int]),
        decoderBlockOutChannels: #require(config["decoder_block_out_channels"] as? [Int]),
        scalingFactor: Float(#require(config["scaling_factor"] as? Double))))
  }

  static func weights(of folder: URL) throws -> Weights {
    Weights(
      Checkpoint(source: folder.lastPathComponent, tensors: try tensors(in: folder)),
      device: device)
  }

  /// All float32 tensors of `diffusion_pytorch_model.safetensors`.
  static func tensors(in folder: URL) throws -> [String: StoredTensor] {
    let data = try Data(
      contentsOf: folder.appending(path: "diffusion_pytorch_model.safetensors"))
    let start = 8 + data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      JSONSerialization.jsonObject(with: data.subdata(in: 8..<start)) as? [String: Any])
    var tensors: [String: StoredTensor] = [:]
    for (name, entry) in header where name != "__metadata__" {
      let entry = try #require(entry as? [String: Any])
      #expect(entry["dtype"] as? String == "F32")
      let shape = try #require(entry["shape"] as? [Int])
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let bytes = data.subdata(in: start + offsets[0]..<start + offsets[1])
      let values = bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
      tensors[name] = StoredTensor(name: name, shape: Shape(shape), values: values)
    }
    return tensors
  }

  private static func config(of folder: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "config.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
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

  func number(_ name: String) throws -> Double { try #require(facts[name] as? Double) }
}
