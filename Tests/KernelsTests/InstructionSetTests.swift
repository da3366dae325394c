import Kernels
import Testing

/// What the environment may ask for.
@Suite struct InstructionSetTests {
  @Test func hasNames() {
    #expect(
      InstructionSet.allCases.map(\.name) == [
        "portable", "avx2", "avx512", "avx512vnni", "avx512bf16",
      ])
  }

  @Test(arguments: [nil, "portable", "avx2", "avx512bf16"]) func takes(value: String?) {
    #expect(InstructionSet.fault(inEnvironment: value) == nil)
  }

  @Test(arguments: ["", "AVX2", "sse4", "avx512 "]) func refuses(value: String) {
    #expect(
      InstructionSet.fault(inEnvironment: value)
        == "PIXART_INSTRUCTIONS is '\(value)'. It takes the instructions to use at most: "
        + "portable, avx2, avx512, avx512vnni, avx512bf16.")
  }
}
