import Foundation
import Testing

/// A shell in a terminal from which the studio is started, and to which it gives the terminal back.
final class StudioShell {
  let terminal: Multiplexer
  private let workplace: Workplace

  init(_ workplace: Workplace) throws {
    self.workplace = workplace
    terminal = try Multiplexer(
      workplace, command: [try Tool.bash.file().path, "--norc", "--noprofile", "-i"])
    try terminal.waits(for: "ready>")
    try noteModes("before")
  }

  /// Starts the studio and waits for its first screen.
  func startStudio(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try terminal.type("clear; \"$PIXART\"")
    try terminal.press("Enter")
    try waitsForStudio(sourceLocation: sourceLocation)
  }

  func waitsForStudio(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try terminal.waits("the studio", sourceLocation: sourceLocation) {
      $0.contains("1 Prompt") && $0.contains("6 Pictures")
    }
  }

  /// Leaves the prompt, if it is in it, and quits.
  func quitStudio() throws {
    try stepOut()
    try terminal.press("q")
    // It asks while a job runs; a job may end just before.
    try terminal.waits("the question or the end") {
      $0.contains("q again quits") || !$0.contains("? keys")
    }
    if try terminal.screen().contains("q again quits") { try terminal.press("q") }
  }

  /// Makes keys commands.
  func stepOut() throws {
    // Escape and the next key would be one key with Alt if nothing was waited for between them.
    if try terminal.screen().contains("? keys") { return }
    try terminal.press("Escape")
    try terminal.waits(for: "? keys")
  }

  /// The studio's process.
  func studio() throws -> Int32 {
    let shell = try terminal.process()
    let children = try String(
      contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return try #require(children.split(separator: " ").first.flatMap { Int32($0) })
  }

  /// Waits for the shell and checks that the terminal is as it was before the studio.
  func expectTerminalBack(
    _ name: String = "after", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try terminal.waits(for: "alternate_on", toBe: "0", sourceLocation: sourceLocation)
    try terminal.waits("the shell", sourceLocation: sourceLocation) {
      $0.split(separator: "\n").last { !$0.isEmpty }?.hasPrefix("ready>") == true
    }
    #expect(try terminal.fact("cursor_flag") == "1", sourceLocation: sourceLocation)
    #expect(try terminal.fact("mouse_any_flag") == "0", sourceLocation: sourceLocation)
    #expect(
      try terminal.fact("keypad_cursor_flag") == "0", sourceLocation: sourceLocation)
    try noteModes(name, sourceLocation: sourceLocation)
    let (before, now) = (try modes("before"), try modes(name))
    #expect(now == before, "\(now)\nbefore:\n\(before)", sourceLocation: sourceLocation)
  }

  private func noteModes(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try terminal.type("stty -a > \(name); echo noted-$((40+2))-\(name)")
    try terminal.press("Enter")
    try terminal.waits(for: "noted-42-\(name)", sourceLocation: sourceLocation)
  }

  private func modes(_ name: String) throws -> String {
    try String(contentsOfFile: workplace.path(name), encoding: .utf8)
  }
}
