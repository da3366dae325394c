import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct AdaptedMatrixTests {
  /// Shapes on both sides of panels and row tiles, ranks that are odd and more than a panel.
  static let shapes = [(1, 128, 128, 4), (13, 131, 129, 3), (70, 144, 257, 33)]

  /// The sum of both products as a matrix written out, in float64.
  @Test(arguments: shapes, Precision.allCases)
  func addsBothProducts(_ shape: (Int, Int, Int, Int), precision: Precision) {
    let problem = Problem(shape)
    let layer = Linear(
      weight: problem.matrix(precision).adapted(by: problem.lowRank()), bias: Vector(problem.bias))
    problem.check(layer, against: problem.sums(), precision)
  }

  /// Outputs of the first product are multiplied, those of the second are not.
  @Test(arguments: Precision.allCases) func scalesTheFirstProduct(precision: Precision) {
    let problem = Problem((13, 131, 129, 3))
    let factors = (0..<129).map { 0.5 + Float($0) / 100 }
    let layer = Linear(
      weight: problem.matrix(precision).adapted(by: problem.lowRank(factors: factors)),
      bias: Vector(problem.bias))
    problem.check(layer, against: problem.sums(factors: factors), precision)
  }

  /// The matrix itself stays as it was.
  @Test(arguments: Precision.allCases) func leavesTheMatrixAlone(precision: Precision) {
    let problem = Problem((13, 131, 129, 3))
    let matrix = problem.matrix(precision)
    func product() -> [Float] {
      matrix.multiply(problem.input, bias: nil, activation: .identity).values
    }
    let before = product()
    _ = matrix.adapted(by: problem.lowRank())
      .multiply(problem.input, bias: nil, activation: .identity)
    #expect(product() == before)
  }
}

private struct Problem {
  private let shape: (rows: Int, inputs: Int, outputs: Int, rank: Int)
  private let x: [Float]
  private let w: [Float]
  private let down: [Float]
  private let up: [Float]
  let bias: [Float]

  init(_ shape: (Int, Int, Int, Int)) {
    let (rows, inputs, outputs, rank) = shape
    self.shape = (rows, inputs, outputs, rank)
    var numbers = Numbers(seed: UInt64(inputs + rank))
    x = numbers.take(rows * inputs)
    w = numbers.take(outputs * inputs)
    down = numbers.take(rank * inputs)
    up = numbers.take(outputs * rank)
    bias = numbers.take(outputs)
  }

  var input: Tensor { Tensor([shape.rows, shape.inputs], values: x) }

  func matrix(_ precision: Precision) -> any Matrix {
    CPU(threads: 2, precision: precision).matrix(
      StoredTensor(
        name: "transformer_blocks.0.w", shape: [shape.outputs, shape.inputs], values: w))
  }

  func lowRank(factors: [Float]? = nil) -> LowRank {
    LowRank(
      down: StoredTensor(name: "down", shape: [shape.rank, shape.inputs], values: down),
      up: StoredTensor(name: "up", shape: [shape.outputs, shape.rank], values: up),
      factors: factors)
  }

  /// `x · (diag(factors) · W + up · down)ᵀ + bias`.
  func sums(factors: [Float]? = nil) -> [Float] {
    let (inputs, rank) = (shape.inputs, shape.rank)
    var whole: [Double] = []
    for output in 0..<shape.outputs {
      let factor = Double(factors?[output] ?? 1)
      for input in 0..<inputs {
        var weight = Double(w[output * inputs + input]) * factor
        for index in 0..<rank {
          weight += Double(up[output * rank + index]) * Double(down[index * inputs + input])
        }
        whole.append(weight)
      }
    }
    var sums: [Float] = []
    for row in 0..<shape.rows {
      for output in 0..<shape.outputs {
        var sum = Double(bias[output])
        for input in 0..<inputs {
          sum += Double(x[row * inputs + input]) * whole[output * inputs + input]
        }
        sums.append(Float(sum))
      }
    }
    return sums
  }

  /// Every form of the product on every instruction set.
  ///
  /// Numbers have a variance of a third, so sums of `inputs` products one of about `inputs` / 9, and
  /// those of the second product `rank` / 3 as much. Rounding moves the narrow ones by about
  /// 2⁻⁹ (bf16) and 1/250 (int8) of that, times about four for the largest of thousands.
  func check(_ layer: Linear, against expected: [Float], _ precision: Precision) {
    let size = (Float(shape.inputs) / 9 * (1 + Float(shape.rank) / 3)).squareRoot() * 2
    let tolerance: Float =
      switch precision {
      case .fp32: 1e-6 * size * 10
      case .bf16: size * 0.012
      case .int8: size * 0.03
      }
    let outputs = shape.outputs
    withEveryInstructionSet { set in
      expectClose(layer(input).values, expected, absolute: tolerance, "\(set)")
      expectClose(
        layer(input, activation: .relu).values, expected.map { max(0, $0) }, absolute: tolerance,
        "\(set)")
      expectClose(
        layer(input, rows: 0..<1).values, Array(expected[..<outputs]), absolute: tolerance,
        "\(set)")
      var sum = Tensor([shape.rows, outputs], values: expected)
      layer(input, addingTo: &sum)
      expectClose(sum.values, expected.map { 2 * $0 }, absolute: tolerance, "\(set)")
      let gates = Tensor([2, outputs], values: [Float](repeating: .nan, count: outputs) + bias)
      var gated = Tensor(zeros: [shape.rows, outputs])
      layer(input, addingTo: &gated, gates: gates, row: 1)
      expectClose(
        gated.values, expected.indices.map { expected[$0] * bias[$0 % outputs] },
        absolute: tolerance * 2, "\(set)")
    }
  }
}
