import Schedulers
import Tensors
import TestSupport
import Testing

@Suite struct SlerpTests {
  private func noise(_ values: [Float]) -> Latents {
    Latents(count: 1, channels: 1, height: 1, width: values.count, values: values)
  }

  /// NumPy 2.4.6 in float64 on draws of torch (golden h-randn, seeds 2147483647 and 4294967295):
  /// `(sin((1 - t) w) a + sin(t w) b) / sin(w)` with `w` the angle between all 50 numbers of each.
  @Test func turnsFromOneNoiseToTheOther() throws {
    let golden = try Golden("h-randn")
    let (start, end) = (noise(try golden.floats("draw.15")), noise(try golden.floats("draw.16")))
    expectClose(
      Array(slerp(from: start, to: end, by: 0.25).values.prefix(8)),
      [
        0.41795029, -0.65684065, 0.15351857, -0.94603919, 1.023361, 0.59336815, -1.9556904,
        0.88492937,
      ], absolute: 2e-7)
    expectClose(
      Array(slerp(from: start, to: end, by: 0.9).values.prefix(8)),
      [
        -2.3999789, -1.1257916, 0.44540041, 0.048523658, 1.9384134, 1.5538675, -1.5025836,
        0.8892233,
      ], absolute: 2e-7)
  }

  /// A third of a right angle: cos 30° and sin 30°.
  @Test func keepsTheLength() {
    let turned = slerp(from: noise([2, 0]), to: noise([0, 2]), by: 1.0 / 3)
    expectClose(turned.values, [1.7320508, 1], absolute: 2e-7)
  }

  @Test func endsInItsEnds() throws {
    let golden = try Golden("h-randn")
    let (start, end) = (noise(try golden.floats("draw.15")), noise(try golden.floats("draw.16")))
    #expect(slerp(from: start, to: end, by: 0) == start)
    #expect(slerp(from: start, to: end, by: 1) == end)
  }

  /// There is no angle to divide by: parallel, opposite, or without length.
  @Test func goesStraightWhereThereIsNoAngle() {
    #expect(slerp(from: noise([1, 2]), to: noise([1, 2]), by: 0.3).values == [1, 2])
    #expect(slerp(from: noise([4, 8]), to: noise([8, 16]), by: 0.25).values == [5, 10])
    #expect(slerp(from: noise([4, 8]), to: noise([-4, -8]), by: 0.25).values == [2, 4])
    #expect(slerp(from: noise([0, 0]), to: noise([4, 8]), by: 0.5).values == [2, 4])
  }
}
