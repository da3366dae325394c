/// What somebody, or a cat, may do to a studio in tmux.
struct RandomActions {
  private static let keys = [
    "Enter", "Escape", "Tab", "BTab", "Up", "Down", "Left", "Right", "Home", "End", "PPage",
    "NPage", "BSpace", "DC", "Space", "C-u", "C-k", "C-y", "C-w", "C-r", "C-_", "M-Enter", "M-x",
    "F1", "F2", "M-1", "M-3", "M-5", "C-Up", "C-Down", "C-l", "C-s", "?", ":", "/", "1", "2", "3",
    "4", "5", "6", "z", "r", "B", "c", "u", "t", "m", "s", "v", "n", "d", "M", "f", "y", "i", "x",
    "e", "a", "p", "K", "J", "b", "X", "g", "G", "é", "漢", "{", "|", "}", "(", ")", "9", ".", "q",
    "C-c",
  ]
  private static let pastes = ["a {b|c}", "x\ny\tz", "", "fox, (snow:1.3)", "steps 12"]

  private var random: SeededNumbers
  private(set) var count = 0

  init(seed: Int) { random = SeededNumbers(seed: seed) }

  /// Some actions as one command line of tmux.
  mutating func next(_ number: Int) -> [String] {
    count += number
    return (0..<number).flatMap { _ in action() + [";"] }.dropLast()
  }

  private mutating func action() -> [String] {
    switch Int.random(in: 0..<20, using: &random) {
    case 0:
      let columns = Int.random(in: 1...180, using: &random)
      let rows = Int.random(in: 1...60, using: &random)
      return ["resize-window", "-x", "\(columns)", "-y", "\(rows)"]
    case 1, 2: return raw(mouse)
    case 3:
      let text = Self.pastes[Int.random(in: 0..<Self.pastes.count, using: &random)]
      return raw("\u{1B}[200~\(text)\u{1B}[201~")
    default: return ["send-keys", Self.keys[Int.random(in: 0..<Self.keys.count, using: &random)]]
    }
  }

  private mutating func raw(_ text: String) -> [String] {
    ["send-keys", "-H"] + text.utf8.map { String($0, radix: 16) }
  }

  /// Pressed, dragged, released or turned, anywhere and beside it.
  private var mouse: String {
    mutating get {
      let button = [0, 2, 32, 64, 65][Int.random(in: 0..<5, using: &random)]
      let x = Int.random(in: 1...200, using: &random)
      let y = Int.random(in: 1...70, using: &random)
      return "\u{1B}[<\(button);\(x);\(y)\(Bool.random(using: &random) ? "M" : "m")"
    }
  }
}
