import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct ActivationTests {
  let device = CPU(threads: 2)

  @Test(arguments: ["gelu_tanh", "gelu_new", "silu"]) func matchesTorch(name: String) throws {
    let golden = try Golden("m-ops")
    let activation: Activation = name == "silu" ? .silu : .geluTanh
    for suffix in ["", ".extreme"] {
      let input = try golden.floats(suffix.isEmpty ? "activation_input" : "activation_extreme")
      try withEveryInstructionSet { _ in
        var x = Tensor([input.count], values: input)
        device.activate(&x, activation)
        try golden.expect(name + suffix, x.values)
      }
    }
  }

  @Test func addsAndMultiplies() {
    withEveryInstructionSet { set in
      var x = Tensor([2, 5], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      let y = Tensor([2, 5], values: [0, 1, 0, 1, 0, -1, 0, -1, 0, 2])
      device.add(y, to: &x)
      device.add(Vector([10, 20, 30, 40, 50]), to: &x)
      #expect(x.values == [11, 23, 33, 45, 55, 15, 27, 37, 49, 62], "\(set)")
      device.multiply(&x, by: y)
      #expect(x.values == [0, 23, 0, 45, 0, -15, 0, -37, 0, 124], "\(set)")
    }
  }
}
