import Foundation
import Gallery
import Testing

/// The studio line by line, for pipes, logs and screen readers.
@Suite struct PlainStudioTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.configure(Workplace.quickSettings)
  }

  private func plain(_ input: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> FinishedRun
  {
    let lines = try workplace.write("lines", Data(input.utf8))
    let run = try workplace.run(
      ["-c", "\"$0\" --plain < \"$1\"", Workplace.program.path, lines.path],
      program: URL(filePath: "/bin/sh"), sourceLocation: sourceLocation)
    run.expectSuccess(sourceLocation: sourceLocation)
    return run
  }

  /// The paths that were announced, in order.
  private func saved(_ run: FinishedRun) -> [String] {
    run.output.matches(of: /Saved (\/.*\.png)\n/).map { String($0.1) }
  }

  @Test func makesAPictureOfEveryLine() throws {
    let run = try plain("a fox\n:steps 7\n\na dog\n")
    let files = saved(run)
    try #require(files.count == 2, "\(run)")
    let recipes = try files.map { try workplace.whole(URL(filePath: $0)).recipe }
    #expect(recipes.map(\.prompt) == ["a fox", "a dog"])
    #expect(recipes.map(\.steps) == [4, 7])
    #expect(workplace.pictures.map(\.path) == files.sorted())
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func makesAPictureOfALastLineWithoutAnEnd() throws {
    #expect(try saved(plain("a fox")).count == 1)
  }

  @Test func endsWithoutInput() throws {
    let run = try plain("")
    #expect(saved(run).isEmpty && workplace.pictures.isEmpty, "\(run)")
  }

  @Test func quitsAtOnce() throws {
    let run = try plain(":quit\na fox\n")
    #expect(saved(run).isEmpty && workplace.pictures.isEmpty, "\(run)")
  }

  @Test func saysWhatThereIs() throws {
    let run = try plain(":fly away\n:steps soon\n:help\n")
    #expect(run.output.contains("There is no command 'fly'."), "\(run)")
    #expect(run.output.contains("steps, guidance, sampler"), "\(run)")
    #expect(run.output.contains("'soon'"), "\(run)")
    #expect(run.output.contains("\n:steps VALUE  now 4\n"), "\(run)")
    #expect(run.output.contains("\n:quit  "), "\(run)")
  }

  /// The studio itself on something that is no terminal.
  @Test func isTakenWhereThereIsNoTerminal() throws {
    let run = try workplace.run([])
    run.expectSuccess()
    #expect(run.output.hasPrefix("pixart, line by line."), "\(run)")
  }
}
