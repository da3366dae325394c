import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// `--precision`: what each does to the built-in model's picture, and what its file says.
@Suite struct PrecisionTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Peak signal-to-noise ratio in decibels of two pictures of the same size.
  private func likeness(_ a: String, _ b: String) throws -> Double {
    let (a, b) = try (
      ImageFile.decode(URL(filePath: workplace.path(a))).bytes,
      ImageFile.decode(URL(filePath: workplace.path(b))).bytes
    )
    try #require(a.count == b.count)
    let squares = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return 10 * log10(255 * 255 * Double(a.count) / squares)
  }

  private func make(_ name: String, _ arguments: String...) throws {
    try workplace.run(["generate", "a red fox", "--seed", "3", "--output", name] + arguments)
      .expectSuccess()
  }

  @Test func narrowProductsBarelyChangeThePicture() throws {
    try make("usual.png")
    try make("fp32.png", "--precision", "fp32")
    try make("bf16.png", "--precision", "bf16")
    try make("int8.png", "--precision", "int8")
    // The built-in model is small, so nothing is rounded unless that is asked for.
    #expect(try likeness("usual.png", "fp32.png") == .infinity)
    let (bf16, int8) = try (
      likeness("bf16.png", "fp32.png"), likeness("int8.png", "fp32.png")
    )
    #expect(bf16 > 35 && bf16 < .infinity)
    #expect(int8 > 20 && int8 < bf16)
    for name in ["usual", "fp32", "bf16", "int8"] {
      let recipe = try #require(
        try Recipe(readingFrom: Data(contentsOf: URL(filePath: workplace.path("\(name).png")))))
      #expect(recipe.precision == (name == "usual" ? "fp32" : name))
    }
    let verified = try workplace.run(["verify", "bf16.png", "int8.png"])
    #expect(verified.output == "exact   bf16.png\nexact   int8.png\n")
  }

  @Test func refusesWhatIsNone() throws {
    let run = try workplace.run(["generate", "a", "--precision", "fp8"])
    #expect(run.code == 2 && run.error.contains("fp32") && run.error.contains("fp8"))
  }
}
