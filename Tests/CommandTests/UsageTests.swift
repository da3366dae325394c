import Foundation
import Testing

/// Arguments that make no sense, whatever the model: exit code 2 and one line.
@Suite struct UsageTests {
  private static let help = "See 'pixart generate --help' for more information."

  @Test(arguments: [
    (["--size", "0x0"], "The value '0x0' is invalid for '--size <size>': \(size)"),
    (["--size", "64"], "The value '64' is invalid for '--size <size>': \(size)"),
    (["--size", "-64x64"], "The value '-64x64' is invalid for '--size <size>': \(size)"),
    (["--size", "64x64x64"], "The value '64x64x64' is invalid for '--size <size>': \(size)"),
    (
      ["--size", "99999999999999999999x64"],
      "The value '99999999999999999999x64' is invalid for '--size <size>': \(size)"
    ),
    (["--steps", "0"], "--steps takes 1 or more, not 0."),
    (["--steps", "-3"], "--steps takes 1 or more, not -3."),
    (["--steps", "ten"], "The value 'ten' is invalid for '--steps <steps>'."),
    (["--guidance", "nan"], "--guidance is between 0 and 100, not nan."),
    (["--guidance", "-1"], "--guidance is between 0 and 100, not -1.0."),
    (["--guidance", "inf"], "--guidance is between 0 and 100, not inf."),
    (["--count", "0"], "--count takes 1 or more, not 0."),
    (["--strength", "0"], "--strength is above 0 and at most 1, not 0.0."),
    (["--strength", "1.5"], "--strength is above 0 and at most 1, not 1.5."),
    (["--strength", "nan"], "--strength is above 0 and at most 1, not nan."),
    (["--variation-strength", "-1"], "--variation-strength is between 0 and 1, not -1.0."),
    (["--variation-strength", "nan"], "--variation-strength is between 0 and 1, not nan."),
    (
      ["--variation-seed", "5"],
      "--variation-seed changes nothing without --variation-strength. Give one above 0."
    ),
    (["--threads", "0"], "--threads takes 1 to 1024, not 0."),
    (["--seed", "-1"], "The value '-1' is invalid for '--seed <seed>'."),
    (
      ["--seed", "18446744073709551616"],
      "The value '18446744073709551616' is invalid for '--seed <seed>'."
    ),
    (
      ["--sampler", "heun"],
      """
      The value 'heun' is invalid for '--sampler <sampler>': The samplers are dpm++2m, \
      dpm++2m-karras, dpm++sde, ddim, euler, euler-a, sa-solver, ddpm, lcm, lcm-stride, dmd.
      """
    ),
    (["--output", ""], "--output is followed by an empty text."),
    (["--modle", "x"], "Unknown option '--modle'. Did you mean '--model'?"),
    (["and", "more"], "2 unexpected arguments: 'and', 'more'."),
  ])
  func refusesWithOneLine(arguments: [String], message: String) throws {
    let workplace = try Workplace()
    let run = try workplace.run(["generate", "three stars"] + arguments)
    run.expectFailure("\(message) \(Self.help)", code: 2)
    #expect(workplace.files.isEmpty)
  }

  private static let size = "Give width and height in pixels, such as 512x768."

  @Test func refusesAnUnknownCommand() throws {
    try Workplace().run(["generte", "three stars"]).expectFailure(
      "There is no command 'generte'; there are studio, generate, verify, gallery, models, edges, "
        + "keys, bench. See 'pixart studio --help' for more information.", code: 2)
  }

  @Test func needsAPrompt() throws {
    try Workplace().run(["generate"]).expectFailure(
      "Missing expected argument '<prompt>'. \(Self.help)", code: 2)
  }

  @Test(arguments: [
    (["a", "--branch-at", "2"], "--branch-at needs the picture of --from."),
    (["--from", "a.png", "--branch-at", "0"], "--branch-at takes 1 or more, not 0."),
    (
      ["--from", "a.png", "--branch-at", "2", "--size", "64x64"],
      """
      --size cannot change in the middle of a run. With --branch-at only the prompt, --negative, \
      --guidance, --sampler and --seed can.
      """
    ),
    (
      ["--batch", "a.jsonl", "--steps", "3"],
      "--batch takes requests from its file only, so --steps cannot be given."
    ),
    (
      ["a fox", "--batch", "a.jsonl"],
      "--batch takes requests from its file only, so a prompt cannot be given."
    ),
    (["--batch", ""], "--batch is followed by an empty text."),
    (
      ["a", "--branch", "[{}]"],
      """
      The value '[{}]' is invalid for '--branch <json>': Give a list as the 'branch' of a picture's \
      recipe has it.
      """
    ),
  ]) func refusesWhatDoesNotGoTogether(arguments: [String], message: String) throws {
    try Workplace().run(["generate"] + arguments).expectFailure(
      "\(message) \(Self.help)", code: 2)
  }

  @Test func helpsOnStandardOutput() throws {
    let run = try Workplace().run(["generate", "--help"])
    run.expectSuccess()
    #expect(run.output.contains("USAGE: pixart generate [<options>] [<prompt>]"))
    for option in [
      "--model", "--negative", "--size", "--bin", "--steps", "--guidance", "--sampler", "--seed",
      "--count", "--output", "--init-image", "--strength", "--threads", "--json", "--quiet",
      "--initial-latents", "--trace", "--from", "--branch-at", "--batch", "--branch",
    ] { #expect(run.output.contains("  \(option) "), "\(option)") }
  }

  @Test func tellsItsVersion() throws {
    let run = try Workplace().run(["--version"])
    run.expectSuccess()
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  /// What begins with a dash is a negative prompt all the same.
  @Test func takesTextsThatBeginWithADash() throws {
    let run = try Workplace().generate("--negative", "-blurry", "--quiet")
    run.expectSuccess()
  }
}
