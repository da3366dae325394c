import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite(.serialized) struct ConvolutionTests {
  private let device = CPU(threads: 2)

  struct Case: CustomTestStringConvertible {
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    let geometry: ConvolutionGeometry

    var testDescription: String { "\(height)x\(width) \(inputs)->\(outputs) \(geometry)" }
  }

  static let cases = [
    Case(height: 9, width: 6, inputs: 4, outputs: 5, geometry: .same3x3),
    Case(height: 1, width: 1, inputs: 3, outputs: 16, geometry: .same3x3),
    Case(height: 5, width: 23, inputs: 17, outputs: 70, geometry: .same3x3),
    Case(height: 16, width: 12, inputs: 32, outputs: 64, geometry: .same3x3),
    Case(height: 33, width: 18, inputs: 24, outputs: 3, geometry: .same3x3),
    Case(height: 7, width: 5, inputs: 19, outputs: 33, geometry: .upsampling3x3),
    Case(height: 7, width: 5, inputs: 20, outputs: 9, geometry: .pointwise),
    Case(
      height: 10, width: 13, inputs: 8, outputs: 36,
      geometry: ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 0, padAfter: 1)),
    Case(
      height: 11, width: 6, inputs: 5, outputs: 16,
      geometry: ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 1, padAfter: 1)),
    Case(
      height: 6, width: 10, inputs: 4, outputs: 36,
      geometry: ConvolutionGeometry(kernel: 2, stride: 2, padBefore: 0, padAfter: 0)),
    Case(
      height: 8, width: 4, inputs: 3, outputs: 7,
      geometry: ConvolutionGeometry(kernel: 5, stride: 3, padBefore: 3, padAfter: 1)),
  ]

  /// All ways at every instruction set against sums in double precision.
  @Test(arguments: cases) func matchesReference(_ item: Case) {
    let (x, weights, bias) = Self.numbers(item)
    let want = Self.reference(item, x: x, weights: weights, bias: bias)
    defer { InstructionSet.use(.best) }
    for set in InstructionSet.allCases where set <= .best {
      InstructionSet.use(set)
      for method in ConvolutionMethod.allCases where method.serves(item.geometry) {
        let layer = device.convolution(
          StoredTensor(name: "weight", shape: Self.shape(item), values: weights),
          bias: Vector(bias), geometry: item.geometry, method: method)
        let y = layer.apply(Tensor([item.height, item.width, item.inputs], values: x))
        #expect(
          y.shape == [
            item.geometry.outputExtent(item.height), item.geometry.outputExtent(item.width),
            item.outputs,
          ])
        // Values are about 1; sums of up to 200 products, transforms with factors up to 11.
        // bfloat16 is off by up to 1/256 before sums.
        let tolerance: Float =
          switch method {
          case .direct: 2e-6
          case .winograd: 8e-6
          case .narrowWinograd: 0.05
          }
        expectClose(y.values, want.map(Float.init), absolute: tolerance, "\(method), \(set)")
      }
    }
  }

  @Test func addsResidualBeforeActivation() {
    let item = Self.cases[2]
    let (x, weights, bias) = Self.numbers(item)
    let residual = (0..<item.height * item.width * item.outputs).map { Self.noise($0, 4) }
    let want = zip(Self.reference(item, x: x, weights: weights, bias: bias), residual).map {
      Float(max(0, $0 + Double($1)))
    }
    for method in ConvolutionMethod.allCases {
      let layer = device.convolution(
        StoredTensor(name: "weight", shape: Self.shape(item), values: weights),
        bias: Vector(bias), geometry: item.geometry, method: method)
      let y = layer.apply(
        Tensor([item.height, item.width, item.inputs], values: x),
        addingTo: Tensor([item.height, item.width, item.outputs], values: residual),
        activation: .relu)
      expectClose(
        y.values, want, absolute: method == .narrowWinograd ? 0.05 : 8e-6, "\(method)")
    }
    #expect(want.contains(0))
  }

  @Test func worksWithoutBias() {
    let item = Self.cases[3]
    let (x, weights, _) = Self.numbers(item)
    let none = [Float](repeating: 0, count: item.outputs)
    let want = Self.reference(item, x: x, weights: weights, bias: none).map(Float.init)
    let layer = device.convolution(
      StoredTensor(name: "weight", shape: Self.shape(item), values: weights), bias: nil,
      geometry: item.geometry)
    let y = layer.apply(Tensor([item.height, item.width, item.inputs], values: x))
    expectClose(y.values, want, absolute: 8e-6)
  }

  /// Deep sums: no worse than single precision sums in order would be.
  @Test func winogradKeepsPrecisionWithManyChannels() {
    let item = Case(height: 8, width: 8, inputs: 512, outputs: 16, geometry: .same3x3)
    let (x, weights, bias) = Self.numbers(item)
    let want = Self.reference(item, x: x, weights: weights, bias: bias).map(Float.init)
    let layer = device.convolution(
      StoredTensor(name: "weight", shape: Self.shape(item), values: weights),
      bias: Vector(bias), geometry: item.geometry, method: .winograd)
    let y = layer.apply(Tensor([item.height, item.width, item.inputs], values: x))
    // PyTorch's own sums over 512 · 9 products are off by up to 3e-6 of the largest value.
    let largest = want.map { abs($0) }.max() ?? 0
    expectClose(y.values, want, absolute: 3e-6 * largest)
  }

  @Test func winogradServes3x3WithStride1() {
    let halving = ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 0, padAfter: 1)
    func best(_ geometry: ConvolutionGeometry, rounds: Bool = false, inputs: Int = 64)
      -> ConvolutionMethod
    {
      .best(for: geometry, [32, inputs, geometry.kernel, geometry.kernel], mayRound: rounds)
    }
    #expect(best(.same3x3) == .winograd)
    #expect(best(.upsampling3x3) == .winograd)
    #expect(best(halving) == .direct)
    #expect(best(.pointwise) == .direct)
    #expect(best(.same3x3, rounds: true) == .narrowWinograd)
    #expect(best(.same3x3, rounds: true, inputs: 4) == .winograd)
    #expect(best(halving, rounds: true) == .direct)
  }

  /// Half-precision weights are widened where they are packed.
  @Test func widensStoredWeights() {
    let item = Self.cases[2]
    let (x, weights, bias) = Self.numbers(item)
    // Multiples of 1/256 below 1 are exact in bfloat16.
    let rounded = weights.map { ($0 * 256).rounded() / 256 }
    let bytes = HalfMemory(rounded.map { UInt16($0.bitPattern >> 16) })
    let stored = StoredTensor(
      name: "weight", shape: Self.shape(item), format: .bfloat16, bytes: bytes.base, owner: bytes)
    let want = Self.reference(item, x: x, weights: rounded, bias: bias).map(Float.init)
    for method in ConvolutionMethod.allCases {
      let layer = device.convolution(
        stored, bias: Vector(bias), geometry: item.geometry, method: method)
      let y = layer.apply(Tensor([item.height, item.width, item.inputs], values: x))
      expectClose(
        y.values, want, absolute: method == .narrowWinograd ? 0.05 : 8e-6, "\(method)")
    }
  }

  /// Two roundings to 8 bits leave 0.2 % of each product, transforms make about five times that of
  /// it; how deep sums are makes no difference.
  @Test(arguments: [15, 256]) func narrowWinogradIsOffByAHundredth(inputs: Int) {
    let item = Case(height: 18, width: 13, inputs: inputs, outputs: 20, geometry: .same3x3)
    let (x, weights, _) = Self.numbers(item)
    let none = [Float](repeating: 0, count: item.outputs)
    let want = Self.reference(item, x: x, weights: weights, bias: none)
    withEveryInstructionSet { set in
      let layer = device.convolution(
        StoredTensor(name: "weight", shape: Self.shape(item), values: weights), bias: nil,
        geometry: item.geometry, method: .narrowWinograd)
      let y = layer.apply(Tensor([item.height, item.width, item.inputs], values: x))
      let error = Self.rootMeanSquare(zip(y.values, want).map { Double($0) - $1 })
      let share = error / Self.rootMeanSquare(want)
      #expect((0.005...0.015).contains(share), "\(set): \(share)")
    }
  }

  // MARK: Goldens

  @Test(arguments: [
    ("conv_padding_1", ConvolutionGeometry.same3x3),
    ("vae_upsample", .upsampling3x3),
    ("vae_downsample", ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 0, padAfter: 1)),
  ])
  func matchesPyTorch(name: String, geometry: ConvolutionGeometry) throws {
    let golden = try Golden("m-ops")
    let x = try golden.channelsLast("conv_input")
    for method in [ConvolutionMethod.direct, .winograd] where method.serves(geometry) {
      let layer = device.convolution(
        StoredTensor(
          name: "weight", shape: try golden.shape("conv_weight"),
          values: try golden.floats("conv_weight")),
        bias: Vector(try golden.floats("conv_bias")), geometry: geometry, method: method)
      let y = layer.apply(Tensor([9, 6, 4], values: x))
      try golden.expect(name, channelsFirst(y))
    }
  }

  // MARK: Reference

  private static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }

  private static func shape(_ item: Case) -> Shape {
    [item.outputs, item.inputs, item.geometry.kernel, item.geometry.kernel]
  }

  /// Reproducible numbers between -1 and 1.
  private static func noise(_ index: Int, _ seed: Int) -> Float {
    var state = UInt64(index * 8 + seed) &* 0x9E37_79B9_7F4A_7C15
    state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
  }

  private static func numbers(_ item: Case) -> (x: [Float], weights: [Float], bias: [Float]) {
    let count = shape(item).count
    let scale = 1 / Float(count / item.outputs).squareRoot()
    return (
      (0..<item.height * item.width * item.inputs).map { noise($0, 1) },
      (0..<count).map { noise($0, 2) * scale }, (0..<item.outputs).map { noise($0, 3) }
    )
  }

  /// Straight from the definition, in double precision.
  private static func reference(_ item: Case, x: [Float], weights: [Float], bias: [Float])
    -> [Double]
  {
    let g = item.geometry
    let (height, width) = (g.outputExtent(item.height), g.outputExtent(item.width))
    return [Double](unsafeUninitializedCapacity: height * width * item.outputs) { result, count in
      count = height * width * item.outputs
      for index in 0..<count {
        let (pixel, output) = (index / item.outputs, index % item.outputs)
        var sum = Double(bias[output])
        for tap in 0..<g.kernel * g.kernel {
          let y = pixel / width * g.stride - g.padBefore + tap / g.kernel
          let x0 = pixel % width * g.stride - g.padBefore + tap % g.kernel
          guard y >= 0, x0 >= 0, y < item.height * g.upsampling, x0 < item.width * g.upsampling
          else { continue }
          let source = (y / g.upsampling * item.width + x0 / g.upsampling) * item.inputs
          let filter = output * item.inputs * g.kernel * g.kernel + tap
          for input in 0..<item.inputs {
            sum +=
              Double(x[source + input]) * Double(weights[filter + input * g.kernel * g.kernel])
          }
        }
        result.initializeElement(at: index, to: sum)
      }
    }
  }
}

/// Sixteen-bit numbers that live as long as their tensor.
private final class HalfMemory: Sendable {
  nonisolated(unsafe) let base: UnsafeRawPointer

  init(_ values: [UInt16]) {
    let memory = UnsafeMutablePointer<UInt16>.allocate(capacity: values.count)
    memory.initialize(from: values, count: values.count)
    base = UnsafeRawPointer(memory)
  }

  deinit { base.deallocate() }
}

/// `[height, width, channels]` as `[channels, height, width]`.
func channelsFirst(_ x: borrowing Tensor) -> [Float] {
  let (pixels, channels) = (x.shape[0] * x.shape[1], x.shape[2])
  let values = x.values
  return (0..<channels).flatMap { channel in
    (0..<pixels).map { values[$0 * channels + channel] }
  }
}

extension Golden {
  /// A tensor `[count, channels, height, width]` as `[count, height, width, channels]`.
  func channelsLast(_ name: String) throws -> [Float] {
    let (shape, values) = (try shape(name), try floats(name))
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    return (0..<shape[0]).flatMap { picture in
      (0..<pixels).flatMap { pixel in
        (0..<channels).map { values[(picture * channels + $0) * pixels + pixel] }
      }
    }
  }
}
