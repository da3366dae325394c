import Foundation
import Schedulers
import TestSupport
import Testing

/// `torch.randn` on the CPU, torch 2.15.0 with AVX-512 (golden h-randn), bit for bit.
@Suite struct TorchGeneratorTests {
  struct Draw: Decodable {
    let tensor: String
    let seed: UInt64
    let shape: [Int]
  }

  struct Sequence: Decodable {
    let tensors: [String]
    let seed: UInt64
    let shapes: [[Int]]
  }

  struct Facts: Decodable {
    let draws: [Draw]
    let sequences: [Sequence]
  }

  let golden: Golden
  let facts: Facts

  init() throws {
    golden = try Golden("h-randn")
    facts = try JSONDecoder().decode(
      Facts.self, from: Data(contentsOf: golden.folder.appending(path: "case.json")))
  }

  @Test func drawsAsTorchDoes() throws {
    #expect(facts.draws.count == 24)
    for draw in facts.draws {
      var generator = TorchGenerator(seed: draw.seed)
      let got = generator.randn(draw.shape.reduce(1, *))
      #expect(
        got.map(\.bitPattern) == (try golden.floats(draw.tensor).map(\.bitPattern)), "\(draw)")
    }
  }

  /// A spare number of a short draw waits for the next short draw, whatever comes between.
  @Test func goesOnAsTorchDoes() throws {
    #expect(facts.sequences.count == 5)
    for sequence in facts.sequences {
      var generator = TorchGenerator(seed: sequence.seed)
      for (tensor, shape) in zip(sequence.tensors, sequence.shapes) {
        let got = generator.randn(shape.reduce(1, *))
        #expect(got.map(\.bitPattern) == (try golden.floats(tensor).map(\.bitPattern)), "\(tensor)")
      }
    }
  }

  @Test func goesOnFromACopy() {
    var generator = TorchGenerator(seed: 7)
    _ = generator.randn(3)
    var copy = generator
    #expect(generator.randn(5) == copy.randn(5))
    #expect(generator.randn(40) == copy.randn(40))
  }
}
