import Foundation
import Testing

/// A studio that is a terminal's only program, so that it can be killed and started again.
final class DirectStudio {
  let terminal: Multiplexer

  private let workplace: Workplace

  init(_ workplace: Workplace) throws {
    self.workplace = workplace
    terminal = try Multiplexer(workplace, command: ["/bin/sh", "-c", "exec \"$PIXART\" 2>>errors"])
    try waitsForPanels()
  }

  /// Starts it once more in the same window.
  func startAgain(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try terminal.tell("respawn-pane", "-k")
    try waitsForPanels(sourceLocation: sourceLocation)
  }

  func kill(_ signal: Int32) throws {
    Foundation.kill(try terminal.process(), signal)
    try terminal.waits(for: "pane_dead", toBe: "1")
  }

  private func waitsForPanels(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try terminal.waits("the studio", sourceLocation: sourceLocation) {
      $0.contains("1 Prompt") && $0.contains("6 Pictures")
    }
  }

  /// Goes to the queue, which is paused after a start with open jobs, and lets it go on.
  func letQueueRun() throws {
    try terminal.press("M-5")
    try terminal.waits(for: "p pause")
    if try terminal.screen().contains("‖ paused") { try terminal.press("p") }
  }

  /// Whether it runs.
  ///
  /// - Throws: If it ended in any other way than by leaving it.
  func isAlive(sourceLocation: SourceLocation = #_sourceLocation) throws -> Bool {
    if try terminal.fact("pane_dead") == "0" { return true }
    // tmux may learn only at another child's end how this one ended.
    try terminal.waits("its end to be known", sourceLocation: sourceLocation) { _ in
      try terminal.tell("run-shell", "true")
      return try terminal.fact("pane_dead_status") + terminal.fact("pane_dead_signal") != ""
    }
    let status = try terminal.fact("pane_dead_status")
    let said = try String(contentsOfFile: workplace.path("errors"), encoding: .utf8)
    try #require(
      status == "0", "ended with '\(status)': \(said)", sourceLocation: sourceLocation)
    return false
  }
}
