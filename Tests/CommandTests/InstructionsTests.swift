import Foundation
import Gallery
import Kernels
import Tensors
import Testing

/// `PIXART_INSTRUCTIONS`, as on a processor that has no others.
@Suite struct InstructionsTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func generate(_ set: InstructionSet, _ arguments: String...) throws -> FinishedRun {
    let environment = [InstructionSet.environmentName: set.name]
    return try workplace.run(Workplace.generation(arguments), environment: environment)
  }

  @Test func refusesWhatIsNone() throws {
    let run = try workplace.generate(environment: [InstructionSet.environmentName: "avx3"])
    #expect(run.code == 2)
    #expect(
      run.error == "pixart: \(InstructionSet.fault(inEnvironment: "avx3") ?? "")\n")
  }

  /// Every set makes the same picture, but for the last bits of some sums.
  @Test func makesTheSamePicture() throws {
    var pictures: [[UInt8]] = []
    for set in InstructionSet.allCases {
      try generate(set, "--seed", "5", "--output", "\(set.name).png").expectSuccess()
      let file = URL(filePath: workplace.path("\(set.name).png"))
      pictures.append(try ImageFile.decode(file).bytes)
    }
    for picture in pictures {
      #expect(zip(picture, pictures[0]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
  }

  /// What is asked for is done, and that it is done by other instructions is said.
  @Test func saysWhatIsMissing() throws {
    let lack = "though this processor has no instructions for it (AVX2)"
    let run = try generate(.avx2, "--precision", "bf16")
    #expect(run.code == 0)
    #expect(run.error.contains("pixart: computing in bf16, as asked for, \(lack).\n"))
    let told = try generate(.avx2, "--precision", "int8", "--json")
    let event = try told.events().first { $0["event"] as? String == "precision" }
    #expect(event?["precision"] as? String == "int8")
    #expect(event?["reason"] as? String == "int8, as asked for, \(lack)")
    let quiet = try generate(.avx2, "--precision", "bf16", "--quiet")
    #expect(!quiet.error.contains("computing"))
  }

  /// fp32 has instructions everywhere, and a small model wants no others.
  @Test func saysNothingWithoutNeed() throws {
    let run = try generate(.portable)
    run.expectSuccess()
    #expect(!run.error.contains("computing"))
  }
}
