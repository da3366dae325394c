import Foundation
import TestSupport
import Testing

@testable import Transformers

@Suite struct EmbeddingTests {
  /// Values of `get_2d_sincos_pos_embed` in diffusers 0.42.1 at [index] of patch 66 (row 1, column 2).
  @Test func placesPatchesOfASquareGrid() {
    let table = PositionEmbedding.table(
      rows: 64, columns: 64, width: 1152, baseSize: 64, interpolationScale: 2)
    let row = Array(table[66 * 1152..<67 * 1152])
    let indices = [0, 1, 287, 288, 289, 575, 576, 577, 864, 1151]
    expectClose(
      indices.map { row[$0] },
      [
        0.84147098, 0.82405135, 0.00010325, 0.54030231, 0.56651512, 0.99999999, 0.47942554,
        0.46555606, 0.87758256, 1.0,
      ], absolute: 1e-7)
  }

  /// Patch 90 (row 1, column 2) of a 48 x 88 grid: the range is stretched in both directions.
  @Test func stretchesAWideGrid() {
    let table = PositionEmbedding.table(
      rows: 48, columns: 88, width: 1152, baseSize: 64, interpolationScale: 2)
    let row = Array(table[90 * 1152..<91 * 1152])
    expectClose(
      [0, 1, 288, 576, 577, 864].map { row[$0] },
      [0.66483488, 0.64756325, 0.74699035, 0.61836982, 0.60174469, 0.78588725], absolute: 1e-7)
  }

  /// Values of `Timesteps(256, True, 0)` in diffusers 0.42.1.
  @Test func embedsTimesteps() {
    let late = TimestepEmbedding.sinusoid(999)
    expectClose(
      [0, 1, 2, 64, 127, 128, 129, 130, 192, 255].map { late[$0] },
      [
        0.9996498, 0.9637853, -0.3990206, -0.8444698, 0.9942431, -0.0264608, -0.2666794,
        -0.9169420, -0.5356032, 0.1071472,
      ], absolute: 1e-7)
    let middle = TimestepEmbedding.sinusoid(500)
    expectClose(
      [0, 1, 128, 255].map { middle[$0] }, [-0.8838493, 0.9459457, -0.4677718, 0.0537045],
      absolute: 1e-7)
  }

  /// Bits of torch's own frequency table.
  @Test func hasTheFrequenciesOfTorch() {
    let bits = [1, 2, 12, 64, 106, 127].map { TimestepEmbedding.frequencies[$0].bitPattern }
    #expect(
      bits == [0x3f6e_39f8, 0x3f5d_afd6, 0x3ed7_e89b, 0x3c23_d70a, 0x39ff_4fad, 0x38e1_5c8e])
  }
}

@Suite struct EmbeddingGoldenTests {
  /// Grids of many shapes, from `get_2d_sincos_pos_embed`.
  @Test func placesPatches() throws {
    let golden = try Golden("m-ops")
    let cases = try #require(golden.facts["positions"] as? [[String: Any]])
    #expect(cases.count == 6)
    for item in cases {
      func number(_ key: String) throws -> Double {
        try #require(item[key] as? NSNumber).doubleValue
      }
      try golden.expect(
        try #require(item["tensor"] as? String),
        PositionEmbedding.table(
          rows: Int(number("rows")), columns: Int(number("columns")), width: Int(number("width")),
          baseSize: Int(number("base_size")),
          interpolationScale: Float(number("interpolation_scale"))))
    }
  }

  @Test func embedsNumbers() throws {
    let golden = try Golden("m-ops")
    try golden.expect("timestep_frequency", TimestepEmbedding.frequencies)
    try golden.expect(
      "timestep_embedding",
      try golden.floats("timestep_input").flatMap { TimestepEmbedding.sinusoid($0) })
  }
}
