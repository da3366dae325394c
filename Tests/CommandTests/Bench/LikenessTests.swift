import Foundation
import Kernels
import Tensors
import Testing

@testable import pixart

/// What narrow products cost at full width, where some channels are far above all others.
@Suite struct LikenessTests {
  @Test func measuresDecibels() {
    // Errors of 0.1 on numbers from -1 to 1: 20 log10(2 / 0.1).
    let wanted: [Float] = [-1, 0, 0.5, 1]
    let decibels = Likeness.decibels(wanted.map { $0 + 0.1 }, wanted: wanted)
    #expect(abs(decibels - 20 * log10(20)) < 1e-4)
    #expect(Likeness.decibels(wanted, wanted: wanted) == .infinity)
    #expect(abs(Likeness.decibels([0, 255] as [UInt8], wanted: [255, 0])) < 1e-9)
  }

  /// One block of Sigma XL/2: each row's own scale keeps what one scale for all rows loses.
  @Test func survivesOutlierChannels() throws {
    let device = CPU(threads: 2)
    let model = try OutlierModel(layers: 1, side: 8)
    let wanted = try model.prediction(on: device)
    func decibels(_ device: any Device) throws -> Double {
      Likeness.decibels(try model.prediction(on: device), wanted: wanted)
    }
    let bf16 = try decibels(device.with(.bf16, .packed))
    let int8 = try decibels(device.with(.int8, .packed))
    let perTensor = try decibels(PerTensorDevice(device))
    #expect(bf16 >= 40, "bf16 \(bf16) dB")
    #expect(int8 > perTensor + 3, "int8 \(int8) dB, one scale for all rows \(perTensor) dB")
  }
}
