import Foundation
import Gallery
import Testing

extension DrivenStudioTests {
  /// Nothing is lost to kill -9, whatever was going on.
  ///
  /// `PIXART_KILL_SEED=8 swift test --filter StudioKillTests` chooses other moments.
  @Suite struct StudioKillTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// What one round typed.
    private struct Round {
      let prompt: String
      let steps: Int
    }

    @Test(.timeLimit(.minutes(10))) func survivesTwentyKills() throws {
      var random = SeededNumbers.forKills
      try workplace.configure("model = \"\(Workplace.model)\"\nsize = \"128x128\"\n")
      let studio = try DirectStudio(workplace)
      let terminal = studio.terminal
      var kept: [Round] = []
      for number in 1...20 {
        let round = Round(prompt: "fox number \(number) in snow", steps: 10 + number)
        try terminal.tell(
          "send-keys", "M-1", "C-e", "C-u", ";", "send-keys", "-l", round.prompt, ";",
          "send-keys", "F2", ";", "send-keys", "-l", "steps \(round.steps)", ";",
          "send-keys", "Enter")
        try terminal.waits(for: "Steps        \(round.steps)")
        try terminal.press("Enter")
        try waitsForSession(toHold: round)
        kept.append(round)
        // Every other round lets the queue run, which is paused after a start with open jobs.
        if number.isMultiple(of: 2) { try studio.letQueueRun() }
        // Half of the rounds are killed while more is typed.
        let more = number % 4 < 2 ? " and a wolf" : ""
        if !more.isEmpty { try terminal.tell("send-keys", "M-1", ";", "send-keys", "-l", more) }
        Patience.sleep(.milliseconds(Int.random(in: 0...400, using: &random)))
        let seen = try terminal.screen()
        try studio.kill(SIGKILL)
        try checkPictures(announced: seen)
        try studio.startAgain()
        try check(terminal, round, more: more)
      }
      try checkQueue(terminal, kept)
      try studio.letQueueRun()
      try terminal.waits("every job to be done") {
        $0.matches(of: /✓ done/).count == kept.count
      }
      try checkPictures(announced: try terminal.screen())
      #expect(Set(try workplace.pictures.map { try workplace.whole($0).recipe.prompt }).count == 20)
    }

    private func waitsForSession(toHold round: Round) throws {
      let isKept = Patience.wait {
        let session = workplace.session
        return session.contains("\"queue\":{") && session.contains("\"steps\":\(round.steps),")
          && session.components(separatedBy: "\"\(round.prompt)\"").count > 2
      }
      try #require(isKept, "\(round) is not in the session: \(workplace.session)")
    }

    /// Files with a picture's name are whole pictures, the announced one among them.
    private func checkPictures(announced screen: String) throws {
      for picture in workplace.pictures { _ = try workplace.whole(picture) }
      try workplace.expectIndexed()
      // The end of a long path is not on the screen.
      let row = screen.split(separator: "\n").first { $0.contains("✓ Saved /") }
      guard let row, let path = row.firstMatch(of: /Saved (\/[^ …]+)/)?.1 else { return }
      #expect(workplace.pictures.contains { $0.path.hasPrefix(String(path)) }, "\(path)")
    }

    /// The new studio shows the prompt, all that was typed or a part of what was typed last.
    private func check(_ terminal: Multiplexer, _ round: Round, more: String) throws {
      let screen = try terminal.screen()
      let row = screen.split(separator: "\n").first { $0.contains("fox number") } ?? ""
      let prompt = row.split(separator: "│").first.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let possible = (0...more.count).map {
        (round.prompt + more.prefix($0)).trimmingCharacters(in: .whitespaces)
      }
      #expect(possible.contains(prompt ?? ""), "\(round)\n\(screen)")
      #expect(screen.contains("Steps        \(round.steps)"), "\(screen)")
    }

    /// Every job that was added once is there, in order.
    private func checkQueue(_ terminal: Multiplexer, _ rounds: [Round]) throws {
      try terminal.press("M-5")
      try terminal.waits(for: "p pause")
      try terminal.press("z")
      try terminal.waits("the queue alone") { !$0.contains("6 Pictures") }
      let screen = try terminal.screen()
      let listed = screen.matches(of: /│[ ›](\d+) .* fox number (\d+) in snow/)
      #expect(listed.map { Int($0.2) } == rounds.indices.map { $0 + 1 }, "\(screen)")
      #expect(listed.map { $0.1 } == listed.map { $0.2 }, "\(screen)")
    }
  }
}
