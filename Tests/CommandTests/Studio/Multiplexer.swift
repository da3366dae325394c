import Foundation
import Testing

/// A tmux of its own with one pane; ended with everything in it when the test is.
final class Multiplexer {
  let workplace: Workplace
  private let tmux: URL
  private let socket: String
  /// Not a daemon: that would keep what `Process` waits for open.
  private let server: StartedRun

  /// Starts a program in the pane.
  ///
  /// The pane stays when its program ends, and shows what that left on it.
  init(_ workplace: Workplace, columns: Int = 120, rows: Int = 36, command: [String]) throws {
    self.workplace = workplace
    tmux = try Tool.tmux.file()
    // A socket's path has to be short.
    socket = workplace.home.deletingLastPathComponent().appending(path: "tmux").path
    let settings = try workplace.write(
      "tmux.conf",
      Data("set -g default-terminal tmux-256color\nset -g remain-on-exit on\n".utf8))
    server = try workplace.startWithOpenSignals(
      ["-D", "-S", socket, "-f", settings.path],
      environment: [
        "PIXART": Workplace.program.path, "PS1": "ready> ", "TERM": "xterm-256color",
      ], program: tmux)
    let start = ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "--"] + command
    var last: FinishedRun?
    let hasStarted = try Patience.wait {
      last = try workplace.run(["-N", "-S", socket] + start, program: tmux)
      return last?.code == 0
    }
    try #require(hasStarted, "tmux does not start: \(String(describing: last))")
  }

  deinit {
    server.send(SIGTERM)
    _ = server.finish()
  }

  @discardableResult
  func tell(_ arguments: String...) throws -> String { try tell(arguments) }

  /// Commands of tmux, `;` between them; what they print is returned.
  func tell(_ arguments: [String]) throws -> String {
    let run = try workplace.run(["-S", socket] + arguments, program: tmux)
    try #require(run.code == 0, "tmux \(arguments): \(run)")
    return run.output
  }

  // MARK: The person

  /// Presses keys as tmux names them, such as `C-c` or `Enter`.
  func press(_ keys: String...) throws { _ = try tell(["send-keys"] + keys) }

  func type(_ text: String) throws { try tell("send-keys", "-l", "--", text) }

  /// Pastes as a terminal does, between brackets.
  func paste(_ text: String) throws {
    let bytes = "\u{1B}[200~\(text)\u{1B}[201~".utf8.map { String($0, radix: 16) }
    _ = try tell(["send-keys", "-H"] + bytes)
  }

  func resize(_ columns: Int, _ rows: Int) throws {
    try tell("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  // MARK: The terminal

  /// What tmux knows about the pane, such as `alternate_on`.
  func fact(_ name: String) throws -> String {
    try tell("display-message", "-p", "#{\(name)}").trimmingCharacters(in: .newlines)
  }

  func process() throws -> Int32 { try #require(Int32(fact("pane_pid"))) }

  /// The visible rows.
  ///
  /// - Parameter withColors: Also escape sequences for colours, and the cursor behind the rows.
  func screen(withColors: Bool = false) throws -> String {
    guard withColors else { return try tell("capture-pane", "-p") }
    return try tell(
      "capture-pane", "-p", "-e", "-N", ";", "display-message", "-p",
      "cursor #{?cursor_flag,#{cursor_x} #{cursor_y},hidden}")
  }

  func row(fromBottom number: Int) throws -> String {
    let rows = try screen().split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return String(rows.dropLast(number).last ?? "").trimmingCharacters(in: .whitespaces)
  }

  func waits(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try waits("'\(text)' to appear", sourceLocation: sourceLocation) { $0.contains(text) }
  }

  /// Waits until the screen is as it should be.
  func waits(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until condition: (String) throws -> Bool
  ) throws {
    var last = ""
    let met = try Patience.wait {
      last = try screen()
      return try condition(last)
    }
    try #require(met, "waited for \(what) in vain:\n\(last)", sourceLocation: sourceLocation)
  }

  /// Waits until tmux says so of the pane.
  func waits(
    for fact: String, toBe value: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let met = try Patience.wait { try self.fact(fact) == value }
    let shown = try screen()
    try #require(met, "\(fact) is not \(value):\n\(shown)", sourceLocation: sourceLocation)
  }
}
