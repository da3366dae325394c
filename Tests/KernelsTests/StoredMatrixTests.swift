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

  /// 16-bit weights give what their widened numbers give, at any alignment.
  @Test(arguments: [NumberFormat.float16, .bfloat16]) func widensStoredFormats(format: NumberFormat)
  {
    var numbers = Numbers(seed: 5)
    let (rows, inputs, outputs) = (7, 37, 41)
    let x = numbers.take(rows * inputs)
    // Subnormal halves, zeros of both signs and ordinary numbers.
    let patterns = (0..<outputs * inputs).map { index -> UInt16 in
      index % 11 == 0 ? [0x0001, 0x8000, 0x03ff, 0x0000][index % 4] : UInt16(index * 37 % 0x3c00)
    }
    let wide = patterns.map {
      format == .float16
        ? Float(Float16(bitPattern: $0)) : Float(bitPattern: UInt32($0) << 16)
    }
    let reference = OpenBLAS.product(
      Tensor([rows, inputs], values: x), Tensor([outputs, inputs], values: wide), threads: 1)
    for offset in [0, 1] {
      let memory = Bytes(patterns, offset: offset)
      let stored = StoredTensor(
        name: "w", shape: [outputs, inputs], format: format,
        bytes: UnsafeRawPointer(memory.base + offset), owner: memory)
      withEveryInstructionSet { set in
        let y = device.matrix(stored).multiply(
          Tensor([rows, inputs], values: x), bias: nil, activation: .identity)
        expectClose(y.values, reference.values, absolute: 1e-4, relative: 1e-5, "\(set)")
      }
    }
  }
}

private final class Bytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  init(_ numbers: [UInt16], offset: Int) {
    base = .allocate(byteCount: 2 * numbers.count + 16, alignment: 64)
    for (index, number) in numbers.enumerated() {
      base.storeBytes(of: number, toByteOffset: offset + 2 * index, as: UInt16.self)
    }
  }

  deinit { base.deallocate() }
}
