import Foundation
import Terminal

/// One line on standard error that is replaced over and over; nothing where that is no terminal.
enum StatusLine {
  static func show(_ line: String) {
    guard Console.errorIsTerminal else { return }
    // A line that wraps could not be replaced.
    let columns = WindowSize(of: STDERR_FILENO)?.columns ?? 0
    let fitting = columns > 0 ? String(line.prefix(columns - 1)) : line
    Console.write("\r\u{1b}[K\(fitting)", to: STDERR_FILENO)
  }

  static func clear() {
    if Console.errorIsTerminal { Console.write("\r\u{1b}[K", to: STDERR_FILENO) }
  }
}
