import Foundation
import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite(.serialized) struct GroupNormTests {
  private let device = CPU(threads: 2)

  @Test func matchesPyTorch() throws {
    let golden = try Golden("m-ops")
    let x = try golden.channelsLast("group_input")
    let result = try (0..<2).flatMap { picture in
      let y = device.groupNorm(
        Tensor([3, 5, 8], values: Array(x[picture * 120..<(picture + 1) * 120])), groups: 4,
        weight: Vector(try golden.floats("group_weight")),
        bias: Vector(try golden.floats("group_bias")), epsilon: 1e-6, activation: .identity)
      return channelsFirst(y)
    }
    try golden.expect("group_norm_4_eps1e-6", result)
  }

  @Test(arguments: [(1, 1, 4, 2), (7, 9, 20, 5), (40, 33, 24, 8), (3, 100, 7, 1)])
  func matchesReference(height: Int, width: Int, channels: Int, groups: Int) {
    let count = height * width * channels
    // An offset of 30 costs a naive sum of squares three digits.
    let x = (0..<count).map { Float(sin(Double($0) * 1.7)) * 2 + 30 * Float($0 % channels % 3) }
    let weight = (0..<channels).map { 0.5 + Float($0) / Float(channels) }
    let bias = (0..<channels).map { Float($0 % 5) - 2 }
    let want = Self.reference(
      x, channels: channels, groups: groups, weight: weight, bias: bias)
    defer { InstructionSet.use(.best) }
    for set in InstructionSet.allCases where set <= .best {
      InstructionSet.use(set)
      for activation in [Activation.identity, .silu, .relu] {
        let y = device.groupNorm(
          Tensor([height, width, channels], values: x), groups: groups, weight: Vector(weight),
          bias: Vector(bias), epsilon: 1e-6, activation: activation)
        let active = want.map { value in
          switch activation {
          case .silu: value / (1 + exp(-value))
          case .relu: max(0, value)
          default: value
          }
        }
        // Single precision of values up to 62 before the subtraction, times the weight.
        expectClose(y.values, active.map(Float.init), absolute: 1e-5, "\(activation), \(set)")
        var inPlace = Tensor([height, width, channels], values: x)
        device.groupNorm(
          inPlace: &inPlace, groups: groups, weight: Vector(weight), bias: Vector(bias),
          epsilon: 1e-6, activation: activation)
        #expect(inPlace.values == y.values, "\(activation), \(set)")
      }
    }
  }

  /// A million values around 1000: single-precision sums would lose the variance.
  @Test func keepsTheVarianceOfLargeMaps() {
    let (height, width, channels) = (256, 512, 8)
    let x = (0..<height * width * channels).map { 1000 + Float($0 / 8 % 2) * 0.25 }
    let ones = Vector([Float](repeating: 1, count: channels))
    let zeros = Vector([Float](repeating: 0, count: channels))
    let y = device.groupNorm(
      Tensor([height, width, channels], values: x), groups: 2, weight: ones, bias: zeros,
      epsilon: 1e-6, activation: .identity)
    let want = Float(0.125 / (0.125 * 0.125 + 1e-6).squareRoot())
    let values = y.values
    #expect(abs(values[0] + want) < 1e-4)
    #expect(abs(values[8] - want) < 1e-4)
    #expect(abs(values[values.count - 1] - want) < 1e-4)
  }

  private static func reference(
    _ x: [Float], channels: Int, groups: Int, weight: [Float], bias: [Float]
  ) -> [Double] {
    let size = channels / groups
    let statistics = (0..<groups).map { group in
      let values = x.indices.filter { $0 % channels / size == group }.map { Double(x[$0]) }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(values.count) + 1e-6).squareRoot())
    }
    return x.indices.map { index in
      let channel = index % channels
      let (mean, deviation) = statistics[channel / size]
      return (Double(x[index]) - mean) / deviation * Double(weight[channel])
        + Double(bias[channel])
    }
  }
}
