import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Conditioning

@Suite struct HEDNetworkTests {
  /// Fifteen million numbers, made once.
  private static let made = Result {
    try HEDNetwork(Weights(FormulaTensors(), device: CPU(threads: 2)))
  }

  private let network: HEDNetwork

  init() throws { network = try Self.made.get() }

  /// `input.image`, `[3, 24, 40]`, brought to 0...1 and to `[24, 40, 3]`.
  private var pixels: [Float] {
    let count = 24 * 40
    let values = FormulaTensors.input("input.image", count: 3 * count)
    var pixels: [Float] = []
    for pixel in 0..<count {
      for channel in 0..<3 { pixels.append((values[channel * count + pixel] + 1) / 2) }
    }
    return pixels
  }

  /// The reference's fixture: the full-size network with weights by formula, run by PyTorch in
  /// float64.
  @Test func seesWhatTheOfficialNetworkSees() throws {
    let logits = try network.logits(pixels, height: 24, width: 40)
    expectClose(
      Array(logits[..<8]),
      [
        -3.790483, 1.765506, -5.14204, -3.062759, -3.96881, 4.110382, 6.426729, 6.159989,
      ], absolute: 1e-3, "first")
    expectClose(
      Array(logits.suffix(4)), [18.391726, 12.783039, 7.132784, 17.535599], absolute: 1e-3, "last")
    expectClose([logits.reduce(0, +)], [19197.839051], absolute: 0.2, "sum")
    let edges = logits.map { 1 / (1 + exp(-$0)) }
    expectClose(
      Array(edges[..<4]), [0.022086, 0.853898, 0.005812, 0.04467], absolute: 2e-5, "edges")
    expectClose([edges.reduce(0, +)], [933.157117], absolute: 1e-2, "sum of edges")
  }

  @Test func givesAMapOfThePicture() throws {
    var shares: [Double] = []
    let image = Formula.picture(width: 40, height: 24)
    let map = try network(image) { shares.append($0) }
    #expect(map.width == 40 && map.height == 24)
    #expect(map.values.allSatisfy { (0...1).contains($0) })
    #expect(shares == [0.2, 0.4, 0.6, 0.8, 1])
  }

  @Test func stopsWhenCancelled() throws {
    let cancellation = Cancellation()
    var calls = 0
    #expect(throws: CancellationError.self) {
      try network(Formula.picture(width: 40, height: 24), cancellation: cancellation) { _ in
        calls += 1
        if calls == 2 { cancellation.cancel() }
      }
    }
    #expect(calls == 2)
  }
}
