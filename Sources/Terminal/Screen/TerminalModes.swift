/// Sequences that have a terminal tell more than usual, and less again.
enum TerminalModes {
  /// Pastes marked, focus told; Alt as an escape before the key, which xterm has off (saved, set, and
  /// later restored): there Alt-6 would type a pilcrow.
  static let on = "\u{1B}[?2004h\u{1B}[?1004h\u{1B}[?1036;1039s\u{1B}[?1036;1039h"
  static let off = "\u{1B}[?2026l\u{1B}[?2004l\u{1B}[?1004l\u{1B}[?1036;1039r"
  static let mouseOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
  static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
}
