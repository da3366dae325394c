import Foundation
import Testing

extension DrivenStudioTests {
  /// A thousand random keys, mouse events, pastes and sizes while a picture is made.
  @Suite(.serialized) struct StudioFuzzTests {
    private static let actionsAtOnce = 20

    @Test(.timeLimit(.minutes(10)), arguments: 1...10) func survives(seed: Int) throws {
      let workplace = try Workplace()
      try workplace.configure(Workplace.slowSettings)
      // Leaving is one of the things that happen; then it is started again, with a job to go on with.
      let terminal = try Multiplexer(
        workplace,
        command: [
          "/bin/sh", "-c", "trap : INT; while :; do \"$PIXART\" 2>>errors; echo $? >>ends; done",
        ])
      try terminal.waits(for: "6 Pictures")
      try terminal.press("Enter")
      try terminal.waits(for: " step ")

      var actions = RandomActions(seed: seed)
      while actions.count < 1000 {
        _ = try terminal.tell(actions.next(Self.actionsAtOnce))
        if actions.count.isMultiple(of: 100) { try keepBusy(terminal) }
      }
      try terminal.resize(120, 36)
      try expectFreshScreen(terminal)
      try expectNothingStuck(terminal)
      for line in (try? String(contentsOfFile: workplace.path("ends"), encoding: .utf8))?
        .split(separator: "\n") ?? []
      {
        // Ctrl-C may come before it has begun.
        #expect(["0", "130"].contains(line), "it ended with \(line)")
      }
      let said = try String(contentsOfFile: workplace.path("errors"), encoding: .utf8)
      #expect(said.isEmpty)
    }

    /// Sees to it that a picture is being made.
    private func keepBusy(_ terminal: Multiplexer) throws {
      try terminal.resize(120, 36)
      try pause(terminal, false)
      if try terminal.screen().contains(" step ") { return }
      // Nothing may be left to do; settings may be such that it ends soon. A prompt may be none: with
      // a brace that nothing closes.
      let emptied = Array(repeating: ["C-u", "BSpace"], count: 40).flatMap { $0 }
      for panel in ["M-2", "M-1"] {
        _ = try terminal.tell(["send-keys", panel, "C-End", ";", "send-keys"] + emptied)
      }
      try terminal.tell("send-keys", "-l", "x")
      try terminal.press("Enter")
      try terminal.waits("a job") { !$0.contains("No jobs.") }
    }

    /// Goes to the queue and lets it go on, or not.
    private func pause(_ terminal: Multiplexer, _ pauses: Bool) throws {
      var shown = ""
      let follows = try Patience.wait {
        // A key that is still on its way, another `p` too, could undo what the screen shows now.
        try catchUp(terminal)
        try terminal.press("M-5")
        let isThere = try Patience.wait(within: .milliseconds(2500)) {
          shown = try terminal.screen()
          return shown.contains("p pause")
        }
        guard isThere else { return false }
        if shown.contains("‖ paused") == pauses { return true }
        try terminal.press("p")
        return try Patience.wait(within: .milliseconds(2500)) {
          shown = try terminal.screen()
          return shown.contains("‖ paused") == pauses
        }
      }
      try #require(follows, "the queue did not follow:\n\(shown)")
    }

    /// Waits until all keys so far have had their effect: what is pasted after them is seen then.
    ///
    /// It may just be starting again, and keys go to one that is leaving; of a paste only the start
    /// may have come, and then everything is text until nothing was typed for two seconds.
    private func catchUp(_ terminal: Multiplexer) throws {
      var shown = ""
      let isThere = try Patience.wait {
        // Another word each time, or the one before would be taken for it.
        let word = String(UUID().uuidString.prefix(8))
        try terminal.press("M-5")
        try terminal.paste(" \(word) ")
        return try Patience.wait(within: .milliseconds(2500)) {
          shown = try terminal.screen()
          return shown.contains(word)
        }
      }
      try #require(isThere, "what is pasted does not appear:\n\(shown)")
    }

    /// Has it draw everything anew, which must change nothing.
    private func expectFreshScreen(_ terminal: Multiplexer) throws {
      try pause(terminal, true)
      // Two within two seconds would be the end.
      Patience.sleep(.milliseconds(2200))
      try terminal.press("C-c")
      try expectNoNotice(terminal)
      let before = try settledScreen(terminal)
      try terminal.press("C-l")
      Patience.sleep(.milliseconds(300))
      let after = try settledScreen(terminal)
      let differences = StyledScreen(before).differences(from: StyledScreen(after))
      #expect(differences.isEmpty, "\(differences)")
    }

    /// Waits until what was said is gone, which by itself changes the screen: 20 seconds at most.
    private func expectNoNotice(_ terminal: Multiplexer) throws {
      let lasting = ["Search:", "Draft", "! A picture is in memory only."]
      try terminal.waits("the line above the keys to be free") { screen in
        let line =
          screen.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(34).first ?? ""
        let text = line.trimmingCharacters(in: .whitespaces)
        return text.isEmpty || lasting.contains { text.hasPrefix($0) }
      }
    }

    /// The screen when it has not changed for a while.
    private func settledScreen(_ terminal: Multiplexer) throws -> String {
      var last = ""
      var changes = ""
      var same = 0
      let isSettled = try Patience.wait(every: .milliseconds(300)) {
        let screen = try terminal.screen(withColors: true)
        same = screen == last ? same + 1 : 0
        if same == 0 { changes = StyledScreen(last).differences(from: StyledScreen(screen)) }
        last = screen
        return same >= 4
      }
      let shown = try terminal.screen()
      try #require(isSettled, "always something new:\n\(shown)\nThe last was\n\(changes)")
      return last
    }

    /// A prompt can be typed and queued, and the studio left.
    private func expectNothingStuck(_ terminal: Multiplexer) throws {
      try terminal.press("M-1")
      try terminal.waits("the prompt to be typed in") { !$0.contains("? keys") }
      let emptied = (0..<60).flatMap { _ in ["C-u", "BSpace"] }
      _ = try terminal.tell(["send-keys", "C-End"] + emptied)
      try terminal.type("still here")
      try terminal.waits(for: "│ still here ")
      try terminal.press("Enter")
      // A search may hide it.
      try terminal.press("M-5", "/")
      try terminal.waits(for: "esc")
      try terminal.press("Escape")
      try terminal.waits(for: "p pause")
      try terminal.press("G")
      try terminal.waits("the new job") { screen in
        screen.split(separator: "\n").contains { $0.contains("still here") && $0.contains("›") }
      }
    }
  }
}
