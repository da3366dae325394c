import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct NormTests {
  let device = CPU(threads: 2)

  /// `torch.nn.LayerNorm` on inputs that reveal a wrong epsilon.
  @Test func layerNormMatchesTorch() throws {
    let golden = try Golden("m-ops")
    try withEveryInstructionSet { _ in
      let x = Tensor([4, 36], values: try golden.floats("norm_input"))
      let plain = device.layerNorm(
        x, epsilon: 1e-6, modulation: Tensor(zeros: [1, 36]), shift: 0, scale: 0)
      try golden.expect("layer_norm_eps1e-6", plain.values)
      // weight · norm + bias is modulation with a scale of weight - 1.
      let modulation = Tensor(
        [2, 36],
        values: try golden.floats("norm_bias") + golden.floats("norm_weight").map { $0 - 1 })
      let affine = device.layerNorm(
        x, epsilon: 1e-5, modulation: modulation, shift: 0, scale: 1)
      try golden.expect("layer_norm_affine_eps1e-5", affine.values)
    }
  }

  /// `T5LayerNorm` of transformers.
  @Test func rmsNormMatchesTorch() throws {
    let golden = try Golden("m-ops")
    try withEveryInstructionSet { _ in
      let x = Tensor([4, 36], values: try golden.floats("norm_input"))
      let y = device.rmsNorm(x, weight: Vector(try golden.floats("norm_weight")), epsilon: 1e-6)
      try golden.expect("t5_layer_norm_eps1e-6", y.values)
    }
  }

  /// Widths around the vector lengths, against float64 loops.
  @Test(arguments: [1, 3, 4, 7, 8, 15, 17, 72, 193]) func agreesWithPlainLoops(width: Int) {
    var numbers = Numbers(seed: UInt64(width))
    let rows = 5
    let (x, weight) = (numbers.take(rows * width), numbers.take(width))
    let expected = (0..<rows).flatMap { row -> [Float] in
      let line = x[row * width..<(row + 1) * width].map(Double.init)
      let factor = 1 / sqrt(line.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-6)
      return zip(line, weight).map { Float($0 * factor * Double($1)) }
    }
    withEveryInstructionSet { set in
      let y = device.rmsNorm(
        Tensor([rows, width], values: x), weight: Vector(weight), epsilon: 1e-6)
      expectClose(y.values, expected, absolute: 2e-6, "\(set)")
    }
  }
}
