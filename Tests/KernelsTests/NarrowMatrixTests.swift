import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct NarrowMatrixTests {
  /// Shapes on both sides of panels, groups and row tiles; at least 128 wide, or nothing is narrow.
  static let shapes = [(1, 128, 128), (7, 131, 129), (40, 250, 1200), (513, 129, 577)]

  /// Both factors rounded to bfloat16, then float64 loops.
  @Test(arguments: shapes) func multipliesInBFloat16(rows: Int, inputs: Int, outputs: Int) {
    let problem = Problem(rows: rows, inputs: inputs, outputs: outputs)
    let expected = problem.product { numbers, _ in numbers.map { Double(rounded($0)) } }
    problem.check(.bf16, against: expected)
  }

  /// Each row and each output in steps of a 127th of its largest magnitude, then float64 loops.
  @Test(arguments: shapes) func multipliesInInt8(rows: Int, inputs: Int, outputs: Int) {
    let problem = Problem(rows: rows, inputs: inputs, outputs: outputs)
    let expected = problem.product { numbers, width in
      stride(from: 0, to: numbers.count, by: width).flatMap { start -> [Double] in
        let row = numbers[start..<start + width]
        let largest = row.map(abs).max() ?? 0
        let factor = largest > 0 ? 127 / largest : 0
        return row.map { Double(($0 * factor).rounded(.toNearestOrEven)) * Double(largest) / 127 }
      }
    }
    problem.check(.int8, against: expected)
  }

  /// Rows of zeros, weights of zeros, and rows with one number far above all others.
  @Test func takesExtremeRowsInInt8() {
    let (inputs, outputs) = (128, 128)
    var weights = [Float](repeating: 0, count: inputs * outputs)
    for output in 1..<outputs { weights[output * inputs + output] = Float(output) }
    var x = [Float](repeating: 0, count: 3 * inputs)
    x[inputs + 5] = 3e30
    for i in 0..<inputs { x[2 * inputs + i] = i % 2 == 0 ? 1e-38 : -1e-38 }
    let device = CPU(threads: 1, precision: .int8)
    withEveryInstructionSet { set in
      let y = matrix(weights, outputs, inputs, device)
        .multiply(Tensor([3, inputs], values: x), bias: nil, activation: .identity).values
      #expect(y[..<outputs].allSatisfy { $0 == 0 }, "\(set)")
      #expect(abs(y[outputs + 5] / 1.5e31 - 1) < 1e-6, "\(set)")
      #expect(y[outputs + 6] == 0, "\(set)")
      #expect(y[(2 * outputs)...].allSatisfy { abs($0) < 2e-36 }, "\(set)")
    }
  }

  /// What 16-bit files hold is packed as it is.
  @Test(arguments: [Precision.bf16, .int8]) func packsStoredFormats(precision: Precision) {
    let (inputs, outputs) = (130, 128)
    var numbers = Numbers(seed: 3)
    let x = Tensor([4, inputs], values: numbers.take(4 * inputs))
    let wide = numbers.take(inputs * outputs).map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
    let device = CPU(threads: 2, precision: precision)
    let expected = matrix(wide, outputs, inputs, device)
      .multiply(x, bias: nil, activation: .identity).values
    for format in [NumberFormat.bfloat16, .float16] {
      let halves = wide.map {
        format == .bfloat16 ? UInt16($0.bitPattern >> 16) : Float16($0).bitPattern
      }
      let memory = HalfBytes(halves)
      let stored = StoredTensor(
        name: "transformer_blocks.0.w", shape: [outputs, inputs], format: format,
        bytes: UnsafeRawPointer(memory.base + 1), owner: memory)
      let y = device.matrix(stored).multiply(x, bias: nil, activation: .identity)
      // Eight bits of a bfloat16 fit a half, but for the smallest numbers.
      expectClose(y.values, expected, absolute: format == .bfloat16 ? 0 : 1e-5)
    }
  }

  /// Weights packed for each product give the same bits as those packed once.
  @Test(arguments: [(136, 144), (131, 129), (136, 130)], [Precision.bf16, .int8])
  func packsForEachProduct(_ shape: (Int, Int), precision: Precision) {
    let (inputs, outputs) = shape
    var numbers = Numbers(seed: 4)
    let x = Tensor([5, inputs], values: numbers.take(5 * inputs))
    let halves = (0..<inputs * outputs).map { _ in UInt16(numbers.next().bitPattern >> 16) }
    let memory = HalfBytes(halves)
    let stored = StoredTensor(
      name: "encoder.block.0.w", shape: [outputs, inputs], format: .bfloat16,
      bytes: UnsafeRawPointer(memory.base + 1), owner: memory)
    withEveryInstructionSet { set in
      let results = [WeightStorage.packed, .mapped].map { storage in
        CPU(threads: 2, precision: precision, storage: storage).matrix(stored)
          .multiply(x, bias: nil, activation: .geluTanh).values
      }
      #expect(results[0] == results[1], "\(set)")
    }
  }

  /// Outside a model's stack of blocks, and for few inputs or outputs, 8 bits are not taken.
  @Test func keepsSensitiveMatricesHigher() {
    var numbers = Numbers(seed: 8)
    let x = Tensor([3, 128], values: numbers.take(3 * 128))
    let weights = numbers.take(128 * 128)
    func product(_ name: String, _ outputs: Int, _ precision: Precision) -> [Float] {
      CPU(threads: 1, precision: precision).matrix(
        StoredTensor(name: name, shape: [outputs, 128], values: Array(weights[..<(outputs * 128)]))
      ).multiply(x, bias: nil, activation: .identity).values
    }
    #expect(product("proj_out", 127, .bf16) == product("proj_out", 127, .fp32))
    #expect(product("transformer_blocks.0.w", 127, .int8) == product("w", 127, .fp32))
    #expect(product("w", 128, .int8) == product("w", 128, .bf16))
    #expect(product("caption_projection.w", 128, .int8) == product("w", 128, .fp32))
    #expect(product("adaln_single.linear.w", 128, .bf16) == product("w", 128, .fp32))
    #expect(product("transformer_blocks.0.w", 128, .int8) != product("w", 128, .bf16))
    let end = "encoder.block.0.layer.1.DenseReluDense.wo.weight"
    #expect(product(end, 128, .int8) == product("w", 128, .bf16))
    #expect(product("w", 128, .bf16) != product("w", 128, .fp32))
  }
}

private func matrix(_ values: [Float], _ outputs: Int, _ inputs: Int, _ device: CPU)
  -> any Matrix
{
  device.matrix(
    StoredTensor(name: "transformer_blocks.0.w", shape: [outputs, inputs], values: values))
}

/// The nearest bfloat16, ties to even.
private func rounded(_ number: Float) -> Float {
  let bits = number.bitPattern
  let low = bits & 0xffff
  let up = low > 0x8000 || (low == 0x8000 && bits & 0x10000 != 0)
  return Float(bitPattern: (bits & 0xffff_0000) &+ (up ? 0x10000 : 0))
}

private struct Problem {
  let rows: Int
  let inputs: Int
  let outputs: Int
  let x: [Float]
  let w: [Float]
  let b: [Float]

  init(rows: Int, inputs: Int, outputs: Int) {
    var numbers = Numbers(seed: UInt64(rows + inputs))
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    // Rows of different sizes.
    x = numbers.take(rows * inputs).enumerated().map { $1 * Float(1 + $0 / inputs % 5) }
    w = numbers.take(outputs * inputs)
    b = numbers.take(outputs)
  }

  /// `x · Wᵀ` after both went through `round`, which gets the length of a row.
  func product(_ round: ([Float], Int) -> [Double]) -> [Double] {
    let (x, w) = (round(x, inputs), round(w, inputs))
    return (0..<rows * outputs).map { index in
      let (row, output) = (index / outputs * inputs, index % outputs * inputs)
      return (0..<inputs).reduce(0.0) { $0 + x[row + $1] * w[output + $1] }
    }
  }

  /// Every form of the product on every instruction set.
  func check(_ precision: Precision, against product: [Double]) {
    let layer = Linear(
      weight: matrix(w, outputs, inputs, CPU(threads: 2, precision: precision)), bias: Vector(b))
    let expected = product.indices.map { Float(product[$0]) + b[$0 % outputs] }
    let tolerance: Float = 4e-5
    withEveryInstructionSet { set in
      let input = Tensor([rows, inputs], values: x)
      expectClose(layer(input).values, expected, absolute: tolerance, "\(set)")
      expectClose(
        layer(input, activation: .relu).values, expected.map { max(0, $0) }, absolute: tolerance,
        "\(set)")
      var sum = Tensor([rows, outputs], values: expected)
      layer(input, addingTo: &sum)
      expectClose(sum.values, expected.map { 2 * $0 }, absolute: 2 * tolerance, "\(set)")
      let gates = Tensor([2, outputs], values: [Float](repeating: .nan, count: outputs) + b)
      var gated = Tensor(zeros: [rows, outputs])
      layer(input, addingTo: &gated, gates: gates, row: 1)
      expectClose(
        gated.values, expected.indices.map { expected[$0] * b[$0 % outputs] },
        absolute: 2 * tolerance, "\(set)")
    }
  }
}

private final class HalfBytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  /// The numbers begin at the second byte.
  init(_ numbers: [UInt16]) {
    base = .allocate(byteCount: 2 * numbers.count + 16, alignment: 64)
    for (index, number) in numbers.enumerated() {
      base.storeBytes(of: number, toByteOffset: 1 + 2 * index, as: UInt16.self)
    }
  }

  deinit { base.deallocate() }
}
