import Foundation
import Gallery
import Jobs
import TestSupport
import Testing

/// `pixart generate --batch`: long lists, and what is left of them when something happens.
@Suite struct BatchTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func line(_ prompt: String, _ more: String = "") -> String {
    """
    {"prompt": "\(prompt)", "model": "\(Workplace.model)", "size": "48x48", "steps": 2\(more)}
    """
  }

  private func write(_ lines: [String]) throws {
    try workplace.write("a.jsonl", Data(lines.joined(separator: "\n").utf8))
  }

  private let arguments = ["generate", "--batch", "a.jsonl", "--output", "pictures/"]

  /// The journal's pictures, as line's key and number.
  private func journal() throws -> [(picture: String, file: String)] {
    let text = try String(contentsOfFile: workplace.path("a.jsonl.done"), encoding: .utf8)
    return try text.split(separator: "\n").compactMap { line in
      guard
        let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      else { return nil }
      return (
        "\(try #require(record["line"] as? String)) \(try #require(record["picture"] as? Int))",
        try #require(record["file"] as? String)
      )
    }
  }

  private func recipe(_ path: String) throws -> Recipe {
    // Pixels as well: a picture that was announced is whole.
    _ = try ImageFile.decode(URL(filePath: path))
    return try #require(try Recipe(readingFrom: Data(contentsOf: URL(filePath: path))))
  }

  /// Each picture is the one that a command of its own makes; the second run has nothing to do.
  @Test func makesAllLinesOnce() throws {
    try write([
      line("three stars", #", "seed": 7"#), "", line("two moons", #", "seed": 9, "count": 2"#),
      line("a red house"),
    ])
    let run = try workplace.run(arguments)
    run.expectSuccess()
    let files = run.output.split(separator: "\n").map(String.init)
    let recipes = try files.map(recipe)
    #expect(recipes.map(\.prompt) == ["three stars", "two moons", "two moons", "a red house"])
    #expect(recipes.prefix(3).map(\.seed) == [7, 9, 10])
    #expect(recipes.map(\.index) == [nil, 0, 1, nil])
    #expect(try journal().map(\.file) == files)
    try workplace.run([
      "generate", "two moons", "--model", Workplace.model, "--size", "48x48", "--steps", "2",
      "--seed", "10", "--output", "alone.png",
    ]).expectSuccess()
    #expect(try recipe(workplace.path("alone.png")).latentDigest == recipes[2].latentDigest)

    let again = try workplace.run(arguments)
    again.expectSuccess()
    #expect(again.output.isEmpty)
    // A line that is new is made, wherever it is.
    try write([line("a boat"), line("three stars", #", "seed": 7"#)])
    let more = try workplace.run(arguments)
    more.expectSuccess()
    #expect(
      try more.output.split(separator: "\n").map { try recipe(String($0)).prompt } == ["a boat"])
  }

  /// Lines of a model of few steps; with little memory they make what commands of their own make.
  @Test func asksModelsAsCommandsDo() throws {
    let model = Golden.model("lcm-tiny").path
    try write([#"{"prompt": "a star", "model": "\#(model)", "size": "48x48", "seed": 5}"#])
    let run = try workplace.run(arguments + ["--low-memory"])
    run.expectSuccess()
    let made = try recipe(run.output.trimmingCharacters(in: .newlines))
    #expect(made.steps == 4 && made.guidance == 0)
    try workplace.run([
      "generate", "a star", "--model", model, "--size", "48x48", "--seed", "5", "--output", "b.png",
    ]).expectSuccess()
    #expect(try recipe(workplace.path("b.png")).latentDigest == made.latentDigest)
  }

  /// All lines that are wrong are named, and nothing is made.
  @Test func namesFaultsBeforeAnythingRuns() throws {
    try write([
      line("a"), line("b").replacing("48x48", with: "100x100"), "no JSON",
      line("c", #", "sampler": "heun""#), line("d", #", "init-image": "absent.png""#),
      #"{"prompt": "e", "model": "no-such-model"}"#,
    ])
    let parsed = try workplace.run(arguments)
    #expect(parsed.code == 1 && parsed.output.isEmpty)
    #expect(parsed.error.split(separator: "\n").count == 1)
    #expect(parsed.error.hasPrefix("pixart: line 3: This is no JSON object."), "\(parsed)")
    try write([
      line("a"), line("b").replacing("48x48", with: "100x100"), line("c", #", "sampler": "heun""#),
      line("d", #", "init-image": "absent.png""#), #"{"prompt": "e", "model": "no-such-model"}"#,
      line(
        "f",
        #", "branch": [{"at": 2, "prompt": "", "negative": "", "guidance": 1, "seed": 0}]"#),
    ])
    let run = try workplace.run(arguments)
    #expect(run.code == 1 && run.output.isEmpty)
    let lines = run.error.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    for (line, start) in zip(
      lines,
      [
        "2: Size 100x100 was asked for", "3: There is no sampler 'heun'.",
        "4: Cannot read 'absent.png'", "5: There is no model 'no-such-model'",
        "6: A branch at step 2 was asked for",
      ])
    {
      #expect(line.hasPrefix("pixart: line \(start)"), "\(line)")
    }
    #expect(workplace.files == ["a.jsonl"])
  }

  /// A line that turns out to be impossible is told; the others are made, and it is tried again.
  @Test func goesOnAfterALineThatFails() throws {
    try workplace.write("start.png", Data("GIF89a".utf8))
    try write([line("a", #", "init-image": "start.png""#), line("b")])
    let run = try workplace.run(arguments)
    #expect(run.code == 1)
    #expect(run.output.split(separator: "\n").count == 1)
    let lines = run.error.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("pixart: line 1: "), "\(run)")
    #expect(
      lines.last
        == "pixart: 1 of 2 pictures are done, 1 failed. The same command tries those again.")
    try workplace.write(
      "start.png",
      Data(contentsOf: Golden.root.appending(path: "a-sigma/square/image_0.png")))
    let again = try workplace.run(arguments)
    again.expectSuccess()
    #expect(again.output.split(separator: "\n").count == 1)
  }

  @Test func tellsItsProgressAsJSON() throws {
    try write([line("a"), line("b")])
    let run = try workplace.run(arguments + ["--json"])
    run.expectSuccess()
    let events = try run.events()
    #expect(
      events.compactMap { $0["event"] as? String } == [
        "loading", "loading", "loading", "loading", "step", "step", "picture", "step", "step",
        "picture", "finished",
      ])
    #expect(events.compactMap { $0["line"] as? Int } == [1, 1, 1, 2, 2, 2])
    #expect(events.dropFirst(4).map { $0["done"] as? Int } == [0, 0, 1, 1, 1, 2, 2])
    #expect(events.dropFirst(4).allSatisfy { $0["pictures"] as? Int == 2 })
    #expect(
      events.dropLast().filter { $0["event"] as? String == "step" }
        .allSatisfy { ($0["seconds_left"] as? Double ?? -1) >= 0 })
  }

  /// One line on the terminal for the whole batch, gone at the end.
  @Test func tellsItsProgressOnATerminal() throws {
    try write([line("a"), line("b")])
    let terminal = try PseudoTerminal()
    let run = try workplace.start(arguments, error: terminal.end).finish()
    #expect(run.code == 0 && run.output.split(separator: "\n").count == 2)
    #expect(try terminal.screen().isEmpty)
    let lines = terminal.text.split(separator: "\r").map {
      $0.replacingOccurrences(of: "\u{1B}[K", with: "")
    }
    let steps = lines.filter { $0.contains(" pictures  ") }
    let pattern = /([01])\/2 pictures  [█░]{24}  ([12])\/2  \d+ s left/
    let found = try steps.map { try #require($0.wholeMatch(of: pattern), "\($0)") }
    #expect(found.map { "\($0.1) \($0.2)" } == ["0 1", "0 2", "1 1", "1 2"])
  }

  /// One file cannot take two pictures; a second process is kept out.
  @Test func refusesWhatCannotBe() throws {
    try write([line("a"), line("b")])
    try workplace.run(["generate", "--batch", "a.jsonl", "--output", "a.png"]).expectFailure(
      "'a.png' is one file, but 2 pictures were asked for. Name a folder.")
    try write((0..<200).map { line("\($0)") })
    let first = try workplace.start(arguments)
    try first.waits(for: ".png\n")
    let second = try workplace.run(arguments)
    #expect(second.code == 1 && second.output.isEmpty)
    #expect(second.error.contains("Another pixart works on this batch"), "\(second)")
    first.send(SIGINT)
    let stopped = first.finish()
    #expect(stopped.code == 130)
    let message =
      /pixart: stopped with (\d+) of 200 pictures done\. The same command goes on from there\.\n/
    let match = try #require(stopped.error.wholeMatch(of: message), "\(stopped)")
    #expect(Int(match.1) == stopped.output.split(separator: "\n").count)
  }

  @Test func stopsWithinAStep() throws {
    try write([
      line("a"),
      line("b").replacing("48x48", with: "1024x1024").replacing(
        "\"steps\": 2", with: "\"steps\": 900"),
    ])
    let run = try workplace.start(arguments)
    try run.waits(for: ".png\n")
    usleep(300_000)
    run.send(SIGTERM)
    let finished = run.finish()
    #expect(finished.code == 130 && !finished.wasKilled)
    #expect(workplace.files.filter { $0.hasSuffix(".png") }.count == 1)
    #expect(!workplace.files.contains { $0.hasSuffix(".tmp") })
  }
}
