import Checkpoints
import Foundation
import TestSupport
import Tensors
import Testing

/// Damaged in a thousand ways, a file may be refused or read, but must never end the program.
@Suite struct MutationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func safetensors() throws {
    let header = """
      {"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],\
      "data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},\
      "caf\\u00e9":{"dtype":"I64","shape":[],"data_offsets":[32,40]}}
      """
    let seed = CheckpointsTests.safetensors(header, dataBytes: 40)
    let outcomes = try mutate(seed, rounds: 3000, seed: 1) { bytes in
      let checkpoint = try Checkpoint(file: folder.write("a.safetensors", bytes))
      // What was accepted must be readable to its last byte.
      for tensor in checkpoint.all { #expect(tensor.floats.count == tensor.shape.count) }
    }
    #expect(outcomes.read > 30 && outcomes.refused > 1000, "\(outcomes)")
  }

  @Test func configurations() throws {
    for (path, read) in Self.configurations {
      let seed = try Data(contentsOf: Golden.model(path))
      let outcomes = try mutate(seed, rounds: 500, seed: 2) { bytes in
        try read(ConfigurationFile(source: path, json: bytes))
      }
      #expect(outcomes.read > 10 && outcomes.refused > 100, "\(path): \(outcomes)")
    }
  }

  @Test func indexes() throws {
    let seed = Data(
      #"{"metadata":{"total_size":8},"weight_map":{"a":"m-1.safetensors"}}"#.utf8)
    let shard = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    try folder.write("m-1.safetensors", CheckpointsTests.safetensors(shard, dataBytes: 8))
    let outcomes = try mutate(seed, rounds: 1000, seed: 3) { bytes in
      try folder.write("model.safetensors.index.json", bytes)
      _ = try Checkpoint(folder: folder.url)
    }
    #expect(outcomes.read > 10 && outcomes.refused > 500, "\(outcomes)")
  }

  private static let configurations: [(String, @Sendable (ConfigurationFile) throws -> Void)] = [
    ("sigma-tiny/transformer/config.json", { _ = try TransformerConfiguration($0) }),
    ("sigma-tiny/text_encoder/config.json", { _ = try T5Configuration($0) }),
    ("sigma-tiny/vae/config.json", { _ = try AutoencoderConfiguration($0) }),
    ("taesd-tiny/config.json", { _ = try AutoencoderConfiguration($0) }),
  ]

  // MARK: Mutations

  /// - Returns: How many mutants were read and how many refused with an error of ours.
  private func mutate(
    _ original: Data, rounds: Int, seed: UInt64, _ read: (Data) throws -> Void
  ) throws -> (read: Int, refused: Int) {
    var random = SplitMix64(state: seed)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<rounds {
      var bytes = [UInt8](original)
      for _ in 0..<Int.random(in: 1...3, using: &random) { bytes.damage(&random) }
      do {
        try read(Data(bytes))
        outcomes.read += 1
      } catch let error as CheckpointError {
        #expect(error.description.utf8.count < 2000)
        outcomes.refused += 1
      } catch let error as ConfigurationError {
        #expect(error.description.utf8.count < 2000)
        outcomes.refused += 1
      }
    }
    return outcomes
  }
}

extension [UInt8] {
  /// One small damage of the kinds that find faults in parsers.
  fileprivate mutating func damage(_ random: inout SplitMix64) {
    guard !isEmpty else { return append(0) }
    let at = Int.random(in: 0..<count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: self[at] = .random(in: 0...255, using: &random)
    case 1: self[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: remove(at: at)
    case 3: removeLast(Swift.min(count, Int.random(in: 1...8, using: &random)))
    case 4: insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: at)
    default:
      let end = Swift.min(count, at + Int.random(in: 1...32, using: &random))
      insert(contentsOf: Array(self[at..<end]), at: Int.random(in: 0...count, using: &random))
    }
  }

  private static let tokens = [
    "0", "-1", "18446744073709551616", "9223372036854775807", "4294967296", "1e999", "NaN",
    "-Infinity", "null", "{", "[", "\"", "\\u", "\\ud800", "[0,0]", "[],", ":", ",", "\u{0}",
    " ",
  ].map { Array($0.utf8) }
}

/// A small generator, so that a failure can be repeated.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
