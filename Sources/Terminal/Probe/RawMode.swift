import Foundation

/// A terminal that hands over every byte at once, unseen and uninterpreted.
enum RawMode {
  /// Runs `body` in raw mode and brings the terminal back to what it was.
  ///
  /// - Parameters:
  ///   - terminal: Its descriptor.
  ///   - body: Returns its result and whether input that is waiting is to be thrown away.
  /// - Returns: `nil`, without running `body`, if the mode cannot be had.
  static func with<R>(_ terminal: Int32, _ body: () -> (result: R, discardsInput: Bool)) -> R? {
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { return nil }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP)
    guard tcsetattr(terminal, TCSANOW, &raw) == 0 else { return nil }
    let (result, discardsInput) = body()
    tcsetattr(terminal, discardsInput ? TCSAFLUSH : TCSANOW, &before)
    return result
  }
}
