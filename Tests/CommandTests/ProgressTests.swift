import Foundation
import Testing

/// What people see on a terminal while a picture is made, and what is left of it.
@Suite struct ProgressTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  @Test func isSilentWithoutATerminal() throws {
    let run = try workplace.generate("--output", "a.png")
    run.expectSuccess()
    #expect(run.output == workplace.path("a.png") + "\n")
  }

  @Test func showsStepsInOneLineAndClearsIt() throws {
    let terminal = try PseudoTerminal()
    let run = try workplace.start(
      Workplace.generation(["--steps", "4", "--count", "2", "--output", "pictures"]),
      error: terminal.end
    ).finish()
    #expect(run.code == 0)
    #expect(try terminal.screen().isEmpty)
    let lines = terminal.text.split(separator: "\r").map {
      $0.replacingOccurrences(of: "\u{1B}[K", with: "")
    }
    #expect(lines.contains("loading transformer (1/4)"))
    #expect(lines.contains("decoding 100 %"))
    let steps = lines.filter { $0.contains("/step") }
    #expect(steps.count == 8)
    let first = /█{6}░{18}  1\/4  \d+\.\d\d s\/step/
    // What is left then is the decoding.
    let last = /picture 2  █{24}  4\/4  \d+\.\d\d s\/step  \d+ s left/
    #expect(try first.wholeMatch(in: #require(steps.first)) != nil, "\(steps)")
    #expect(try last.wholeMatch(in: #require(steps.last)) != nil, "\(steps)")
  }

  /// A line that wraps could not be cleared.
  @Test func staysWithinANarrowTerminal() throws {
    let terminal = try PseudoTerminal(columns: 20)
    let run = try workplace.start(
      Workplace.generation(["--steps", "4", "--output", "a.png"]), error: terminal.end
    ).finish()
    #expect(run.code == 0)
    #expect(try terminal.screen().isEmpty)
    let lines = terminal.text.split(separator: "\r").map {
      $0.replacingOccurrences(of: "\u{1B}[K", with: "")
    }
    #expect(lines.contains { $0.hasPrefix("██") })
    #expect(lines.allSatisfy { $0.count < 20 })
  }

  @Test func clearsItsLineBeforeAFailure() throws {
    let terminal = try PseudoTerminal()
    let run = try workplace.start(
      Workplace.generation(["--output", "/dev/full"]), error: terminal.end
    ).finish()
    #expect(run.code == 1)
    let screen = try terminal.screen()
    #expect(screen.count == 1)
    #expect(screen.first?.hasPrefix("pixart: No room for the ") == true)
  }

  @Test(arguments: ["--quiet", "--json"]) func showsNothingIfNotWanted(option: String) throws {
    let terminal = try PseudoTerminal()
    let run = try workplace.start(
      Workplace.generation([option, "--output", "a.png"]), error: terminal.end
    ).finish()
    #expect(run.code == 0)
    try terminal.drain()
    #expect(terminal.text == "")
  }

  /// Standard output on a terminal with colours: the picture follows its path.
  @Test func showsThePictureOnATerminal() throws {
    let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
    let terminal = try PseudoTerminal()
    let run = try workplace.start(
      Workplace.generation(["--output", "a.png"]), environment: environment,
      output: terminal.end, error: terminal.end
    ).finish()
    #expect(run.code == 0)
    try terminal.drain()
    let parts = terminal.text.components(separatedBy: workplace.path("a.png") + "\r\n")
    try #require(parts.count == 2)
    #expect(parts[1].contains("\u{1B}[38;2;") && parts[1].contains("▀"))

    let quiet = try PseudoTerminal()
    let other = try workplace.start(
      Workplace.generation(["--output", "a.png", "--quiet"]), environment: environment,
      output: quiet.end, error: quiet.end
    ).finish()
    #expect(other.code == 0)
    #expect(try quiet.screen() == [workplace.path("a.png")])
  }
}
