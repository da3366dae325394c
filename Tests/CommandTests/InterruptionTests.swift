import Foundation
import Testing

/// Ctrl-C and termination in mid-run: 130, soon, and nothing half-made.
@Suite struct InterruptionTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// A run that would take minutes.
  private static let long = Workplace.generation([
    "--steps", "900", "--size", "256x256", "--output", "a.png", "--trace", "a.safetensors",
  ])

  @Test(arguments: [SIGINT, SIGTERM]) func stopsBetweenSteps(signal: Int32) throws {
    let run = try workplace.start(Self.long + ["--json"])
    try run.waits(for: "\"step\":3}")
    let start = ContinuousClock.now
    run.send(signal)
    let finished = run.finish()
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(finished.code == 130 && !finished.wasKilled, "\(finished)")
    #expect(finished.error == "")
    let events = try finished.events()
    #expect(events.last?["event"] as? String == "cancelled")
    #expect(events.filter { $0["event"] as? String == "step" }.count < 800)
    #expect(workplace.files.isEmpty)
  }

  @Test func stopsWhileDecoding() throws {
    let run = try workplace.start(
      Workplace.generation(["--steps", "1", "--size", "1024x1024", "--output", "a.png", "--json"]))
    try run.waits(for: "decoding")
    run.send(SIGINT)
    let finished = run.finish()
    #expect(finished.code == 130 && !finished.wasKilled, "\(finished)")
    #expect(try finished.events().last?["event"] as? String == "cancelled")
    #expect(workplace.files.isEmpty)
  }

  /// Pictures that were done before stay.
  @Test func keepsFinishedPictures() throws {
    let run = try workplace.start(
      Workplace.generation(["--count", "1000", "--output", "pictures", "--json"]))
    try run.waits(for: "\"event\":\"picture\",")
    run.send(SIGINT)
    let finished = run.finish()
    #expect(finished.code == 130 && !finished.wasKilled)
    let files = try finished.events().filter { $0["event"] as? String == "picture" }
      .compactMap { $0["file"] as? String }
    #expect((1..<1000).contains(files.count))
    #expect(workplace.files.map(workplace.path) == files.sorted())
  }

  @Test func clearsItsLineOnATerminal() throws {
    let terminal = try PseudoTerminal()
    let run = try workplace.start(Self.long, error: terminal.end)
    try terminal.waits(for: "/900")
    run.send(SIGINT)
    let finished = run.finish()
    #expect(finished.code == 130 && !finished.wasKilled)
    #expect(finished.output == "")
    #expect(try terminal.screen().isEmpty)
    #expect(workplace.files.isEmpty)
  }
}
