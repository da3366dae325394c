import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Checkpoints
@testable import TextEncoding

/// Channels that are large in every row, in front of small weights.
@Suite struct EvenColumnsTests {
  private let configuration: T5Configuration

  init() throws {
    configuration = try T5Configuration(
      ConfigurationFile(
        source: "test",
        json: Data(
          """
          {"d_model": 256, "d_ff": 512, "d_kv": 64, "num_heads": 4, "num_layers": 2, "vocab_size": 64,
           "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
           "layer_norm_epsilon": 1e-6, "feed_forward_proj": "gated-gelu"}
          """.utf8)))
  }

  /// An encoder of which 4 channels are larger behind each norm, and their weights as much smaller.
  private func checkpoint(larger factor: Float) throws -> Checkpoint {
    let (width, inner, between) = (256, 256, 512)
    var shapes: [String: Shape] = [
      "shared.weight": [64, width], "encoder.final_layer_norm.weight": [width],
      "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight": [32, 4],
    ]
    var (gains, readers): (Set<String>, Set<String>) = ([], [])
    for block in 0..<2 {
      let layer = "encoder.block.\(block).layer."
      for name in ["q", "k", "v"] {
        shapes[layer + "0.SelfAttention.\(name).weight"] = [inner, width]
        readers.insert(layer + "0.SelfAttention.\(name).weight")
      }
      for name in ["wi_0", "wi_1"] {
        shapes[layer + "1.DenseReluDense.\(name).weight"] = [between, width]
        readers.insert(layer + "1.DenseReluDense.\(name).weight")
      }
      shapes[layer + "0.SelfAttention.o.weight"] = [width, inner]
      shapes[layer + "1.DenseReluDense.wo.weight"] = [width, between]
      for norm in ["0", "1"] {
        shapes[layer + "\(norm).layer_norm.weight"] = [width]
        gains.insert(layer + "\(norm).layer_norm.weight")
      }
    }
    var tensors: [String: StoredTensor] = [:]
    for (name, shape) in shapes {
      var values = try FormulaTensors().tensor(name, shape: shape).widened()
      for channel in [3, 77, 78, 200] {
        if gains.contains(name) { values[channel] *= factor }
        guard readers.contains(name) else { continue }
        for row in 0..<shape[0] { values[row * width + channel] /= factor }
      }
      tensors[name] = StoredTensor(name: name, shape: shape, values: values)
    }
    return Checkpoint(source: "test", tensors: tensors)
  }

  private func encode(_ checkpoint: Checkpoint, _ precision: Precision) throws -> [Float] {
    let device = CPU(threads: 2).with(precision, .mapped)
    let encoder = try T5Encoder(
      Weights(checkpoint, device: device), configuration: configuration)
    return try encoder((0..<40).map { ($0 * 37 + 5) % 64 }, cancellation: Cancellation()).values
  }

  /// Signal to noise in decibels.
  private func likeness(_ got: [Float], _ wanted: [Float]) -> Float {
    let noise = zip(got, wanted).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 10 * log10(wanted.reduce(0) { $0 + $1 * $1 } / noise)
  }

  @Test func keepsEightBitsForAllChannels() throws {
    let device = CPU(threads: 2).with(.int8, .mapped)
    let plain = try checkpoint(larger: 1)
    let usual = likeness(
      try encode(plain.withEvenColumns(for: device), .int8), try encode(plain, .fp32))
    #expect(usual > 20, "\(usual) dB")
    for factor: Float in [16, 64] {
      let spiky = try checkpoint(larger: factor)
      let wanted = try encode(spiky, .fp32)
      let (uneven, even) = (
        likeness(try encode(spiky, .int8), wanted),
        likeness(try encode(spiky.withEvenColumns(for: device), .int8), wanted)
      )
      #expect(uneven < usual - 8, "\(uneven) dB")
      #expect(even > usual - 1, "\(even) dB, \(usual) without large channels")
    }
  }

  /// Whatever the norms lose the matrices behind them get, exactly.
  @Test func movesPowersOfTwo() throws {
    let spiky = try checkpoint(larger: 64)
    let even = spiky.withEvenColumns(for: CPU(threads: 2).with(.int8, .mapped))
    let norm = "encoder.block.1.layer.1.layer_norm.weight"
    let factors = try #require(
      try even.tensor("encoder.block.1.layer.1.DenseReluDense.wi_0.weight").columnFactors)
    #expect(
      factors.indices.filter { factors[$0] != 1 } == [3, 77, 78, 200]
        && [3, 77, 78, 200].allSatisfy { factors[$0] == 64 })
    #expect(
      zip(try even.tensor(norm).widened(), factors).map { $0 * $1 }
        == (try spiky.tensor(norm).widened()))
    #expect(
      try even.tensor("encoder.block.1.layer.1.DenseReluDense.wo.weight").columnFactors == nil)
  }

  @Test func leavesOtherFormatsAlone() throws {
    let spiky = try checkpoint(larger: 64)
    for precision in [Precision.fp32, .bf16] {
      let same = spiky.withEvenColumns(for: CPU(threads: 2).with(precision, .mapped))
      #expect(same.all.allSatisfy { $0.columnFactors == nil })
    }
  }
}
