import Foundation
import Testing

/// What `--json` and `--quiet` tell to programs.
@Suite struct EventTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  @Test func tellsItsStoryAsJSON() throws {
    let run = try workplace.generate(
      "--json", "--steps", "3", "--seed", "18446744073709551615", "--output", "a.png")
    run.expectSuccess()
    let events = try run.events()
    let names = events.compactMap { $0["event"] as? String }
    #expect(
      names.filter { $0 != "decoding" } == [
        "precision", "loading", "loading", "loading", "loading", "prompt", "step", "step", "step",
        "picture", "finished",
      ])
    #expect(events.compactMap { $0["part"] as? String }.count == 4)

    let prompt = try #require(events.first { $0["event"] as? String == "prompt" })
    #expect(prompt["cleaned"] as? String == "three stars")
    #expect(prompt["tokens"] as? Int == prompt["tokens_before_cut"] as? Int)
    #expect(prompt["cached"] as? Bool == false)

    let steps = events.filter { $0["event"] as? String == "step" }
    #expect(steps.compactMap { $0["step"] as? Int } == [1, 2, 3])
    #expect(steps.allSatisfy { $0["of"] as? Int == 3 })
    #expect(steps.allSatisfy { ($0["seconds"] as? Double ?? -1) >= 0 })
    #expect(steps.map { $0["seconds_left"] != nil } == [false, true, true])

    let fractions = events.compactMap { $0["fraction"] as? Double }
    #expect(fractions == fractions.sorted() && fractions.last == 1)

    let finished = try #require(events.last)
    #expect(finished["file"] as? String == workplace.path("a.png"))
    #expect(finished["seed"] as? UInt64 == .max)
    let seconds = try #require(finished["seconds"] as? [String: Double])
    #expect(seconds.keys.sorted() == ["decode", "denoise", "encode", "load"])
    #expect(seconds.values.allSatisfy { (0..<60).contains($0) })
    #expect((1 << 20..<1 << 34).contains(try #require(finished["peak_rss_bytes"] as? Int)))
  }

  @Test func tellsAllPicturesOfARequest() throws {
    let run = try workplace.generate(
      "--json", "--seed", "5", "--count", "2", "--output", "pictures")
    run.expectSuccess()
    let events = try run.events()
    let pictures = events.filter { $0["event"] as? String == "picture" }
    #expect(pictures.compactMap { $0["seed"] as? Int } == [5, 6])
    let files = pictures.compactMap { $0["file"] as? String }
    #expect(files.count == 2)
    #expect(events.last?["files"] as? [String] == files)
    #expect(workplace.files.map(workplace.path) == files.sorted())
  }

  /// The second time the text encoder has nothing to do.
  @Test func remembersEncodedPrompts() throws {
    let pictures = try (0..<2).map { _ in
      let run = try workplace.generate("--json", "--seed", "1", "--output", "a.png")
      let prompt = try #require(try run.events().first { $0["event"] as? String == "prompt" })
      return (
        cached: prompt["cached"] as? Bool,
        bytes: try Data(contentsOf: URL(filePath: workplace.path("a.png")))
      )
    }
    #expect(pictures.map(\.cached) == [false, true])
    #expect(pictures[0].bytes == pictures[1].bytes)
  }

  @Test func printsNothingButThePathWhenQuiet() throws {
    let long = Array(repeating: "star", count: 400).joined(separator: " ")
    let run = try workplace.run([
      "generate", long, "--model", Workplace.model, "--size", "48x48", "--steps", "2", "--quiet",
      "--output", "a.png",
    ])
    run.expectSuccess()
    #expect(run.output == workplace.path("a.png") + "\n")
  }

  @Test func saysThatAPromptWasCut() throws {
    let long = Array(repeating: "star", count: 400).joined(separator: " ")
    let run = try workplace.run([
      "generate", long, "--model", Workplace.model, "--size", "48x48", "--steps", "2", "--output",
      "a.png",
    ])
    #expect(run.code == 0)
    let line =
      /pixart: the prompt has (\d+) tokens, the model takes 300; cut off from '(.*)' on\.\n/
    let match = try #require(run.error.wholeMatch(of: line), "\(run)")
    #expect(try #require(Int(match.1)) > 400)
    #expect(match.2.contains("star star star") && match.2.count == 40)
  }

  /// Whoever reads the events goes away: the picture is made all the same.
  @Test(arguments: [["--json"], []]) func survivesAReaderThatGoesAway(arguments: [String]) throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let run = try workplace.start(
      Workplace.generation(arguments + ["--output", "a.png"]), output: pipe.fileHandleForWriting
    ).finish()
    run.expectSuccess()
    #expect(workplace.files == ["a.png"])
  }
}
