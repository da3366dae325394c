import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct StoredMatrixTests {
  let device = CPU(threads: 2)

  /// Shapes on both sides of the tile sizes, against float64 loops.
  @Test(arguments: [(1, 1, 1), (3, 5, 7), (513, 33, 577), (40, 200, 1200)])
  func multiplies(rows: Int, inputs: Int, outputs: Int) {
    var numbers = Numbers(seed: UInt64(rows + inputs))
    let (x, w, b) = (
      numbers.take(rows * inputs), numbers.take(outputs * inputs), numbers.take(outputs)
    )
    var expected = [Float](repeating: 0, count: rows * outputs)
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = Double(b[output])
        for i in 0..<inputs { sum += Double(x[row * inputs + i]) * Double(w[output * inputs + i]) }
        expected[row * outputs + output] = Float(sum)
      }
    }
    let layer = Linear(
      weight: device.matrix(StoredTensor(name: "w", shape: [outputs, inputs], values: w)),
      bias: Vector(b))
    withEveryInstructionSet { set in
      let input = Tensor([rows, inputs], values: x)
      expectClose(layer(input).values, expected, absolute: 2e-5, "\(set)")
      expectClose(
        layer(input, activation: .relu).values, expected.map { max(0, $0) }, absolute: 2e-5,
        "\(set)")

      var sum = Tensor([rows, outputs], values: expected)
      layer(input, addingTo: &sum)
      expectClose(sum.values, expected.map { 2 * $0 }, absolute: 4e-5, "\(set)")

      let gates = Tensor(
        [2, outputs], values: [Float](repeating: .nan, count: outputs) + b)
      var gated = Tensor(zeros: [rows, outputs])
      layer(input, addingTo: &gated, gates: gates, row: 1)
      expectClose(
        gated.values, expected.indices.map { expected[$0] * b[$0 % outputs] }, absolute: 4e-5,
        "\(set)")
    }
  }
}
