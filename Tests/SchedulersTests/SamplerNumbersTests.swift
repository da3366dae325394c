import Schedulers
import Tensors
import TestSupport
import Testing

/// Small runs printed by diffusers to six decimals, with the published noise schedule:
/// x = [1, −0.5, 0.25, 2], ε = 0.5 · input + 0.001 · t, every draw [0.1, −0.2, 0.3, −0.4].
@Suite struct SamplerNumbersTests {
  private func run(
    _ name: SamplerName, steps: Int,
    _ change: (inout SchedulerConfiguration) -> Void = { _ in }
  ) throws -> [[Float]] {
    var configuration = SchedulerConfiguration()
    change(&configuration)
    let scheduler = try name.makeScheduler(configuration: configuration, steps: steps)
    return FakeModel.run(scheduler, from: FakeModel.latents([1, -0.5, 0.25, 2])) {
      FakeModel.latents([0.1, -0.2, 0.3, -0.4])
    }.map(\.sample.values)
  }

  /// Half a unit of the last printed place, and float32 on the way.
  private func expectPrinted(
    _ got: [Float], _ want: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let largest = want.map(abs).max() ?? 0
    expectClose(got, want, absolute: 1e-6 + 1e-6 * largest, sourceLocation: sourceLocation)
  }

  @Test func dpmSolverPlusPlus() throws {
    let four = try run(.dpmPlusPlus2M, steps: 4)
    try #require(four.count == 4)
    expectPrinted(four[0], [-3.049896, -10.632426, -6.841162, 2.005126])
    expectPrinted(four[1], [-8.517339, -26.191048, -17.354195, 3.265139])
    expectPrinted(four[2], [-10.814555, -33.955254, -22.384905, 4.612582])
    expectPrinted(four[3], [-10.035765, -30.997536, -20.516651, 3.938752])
    let six = try run(.dpmPlusPlus2M, steps: 6)
    expectPrinted(six[0], [-0.84366, -5.11364, -2.97865, 2.002994])
    expectPrinted(six[5], [-5.699881, -20.373945, -13.036914, 4.08283])
    let twenty = try run(.dpmPlusPlus2M, steps: 20)
    expectPrinted(twenty[0], [0.682304, -1.295131, -0.306414, 2.000595])
    expectPrinted(twenty[19], [-4.530702, -17.835804, -11.183249, 4.339366])
  }

  @Test func saSolver() throws {
    let quiet = try run(.saSolver, steps: 6) { $0.tau = 0 }
    try #require(quiet.count == 6)
    expectPrinted(quiet[0], [-0.84366, -5.11364, -2.97865, 2.002994])
    expectPrinted(quiet[1], [-1.19128, -7.251278, -4.22128, 2.848717])
    expectPrinted(quiet[5], [-0.760088, -7.74988, -4.254985, 3.899774])
    let noisy = try run(.saSolver, steps: 6)
    expectPrinted(noisy[5], [10.764526, 28.151031, 20.704046, -3.319008])
  }

  @Test func lcm() throws {
    let four = try run(.lcm, steps: 4)
    try #require(four.count == 4)
    expectPrinted(four[0], [-4.112853, -10.744656, -7.079259, -0.390642])
    expectPrinted(four[1], [-14.628988, -32.272923, -22.200331, -5.367611])
    expectPrinted(four[3], [-18.819059, -40.145138, -27.757233, -8.051408])
  }

  @Test func ddim() throws {
    let leading = try run(.ddim, steps: 5)
    expectPrinted(leading[4], [-1.651335, -9.711721, -5.681528, 3.722257])
    let trailing = try run(.ddim, steps: 5) { $0.timestepSpacing = .trailing }
    expectPrinted(trailing[4], [-15.389002, -44.068691, -29.728851, 3.730795])
  }

  @Test func ddpm() throws {
    let steps = try run(.ddpm, steps: 5)
    expectPrinted(steps[4], [-3.164367, -8.882027, -5.062825, -1.27334])
  }

  @Test func euler() throws {
    let steps = try run(.euler, steps: 5)
    expectPrinted(steps[0], [-139.432358, -140.264694, -139.848526, -138.877457])
    expectPrinted(steps[4], [-41.289501, -41.503235, -41.396362, -41.146996])
  }
}
