public import Terminal

/// What keys do in a ``TextEditor``.
public enum EditorCommand: Hashable, Sendable, CaseIterable {
  case left, right, wordLeft, wordRight, lineStart, lineEnd, rowStart, rowEnd, up, down
  case textStart, textEnd
  case newline
  case deleteBack, deleteAhead, killWordBack, killBlankWordBack, killWordAhead, killToLineStart
  case killToLineEnd, yank
  case transpose, upperCase, lowerCase, capitalize, raiseWeight, lowerWeight
  case undo, redo

  /// A command with its keys, and what to tell about it.
  public struct Binding: Sendable {
    public let command: EditorCommand
    public let keys: [KeyPress]
    public let explanation: String

    fileprivate init(_ command: EditorCommand, _ notations: String, _ explanation: String) {
      self.command = command
      keys = notations.split(separator: " ").compactMap { KeyPress(notation: String($0)) }
      self.explanation = explanation
    }
  }

  /// All commands with their keys, the usual key first.
  public static let bindings: [Binding] = [
    Binding(.left, "left ctrl-b", "one character left"),
    Binding(.right, "right ctrl-f", "one character right"),
    Binding(.wordLeft, "ctrl-left alt-b alt-left", "to the start of the word"),
    Binding(.wordRight, "ctrl-right alt-f alt-right", "to the end of the word"),
    Binding(.lineStart, "ctrl-a", "to the start of the line"),
    Binding(.lineEnd, "ctrl-e", "to the end of the line"),
    Binding(.rowStart, "home", "to the start of the row"),
    Binding(.rowEnd, "end", "to the end of the row"),
    Binding(.up, "up", "one row up"),
    Binding(.down, "down", "one row down"),
    Binding(.textStart, "ctrl-home alt-<", "to the start of the text"),
    Binding(.textEnd, "ctrl-end alt->", "to the end of the text"),
    Binding(.newline, "alt-enter ctrl-j", "break the line"),
    Binding(.deleteBack, "backspace ctrl-h", "delete the character before"),
    Binding(.deleteAhead, "delete ctrl-d", "delete the character after"),
    Binding(.killBlankWordBack, "ctrl-w", "cut back to the last blank"),
    Binding(.killWordBack, "alt-backspace", "cut back to the start of the word"),
    Binding(.killWordAhead, "alt-d", "cut to the end of the word"),
    Binding(.killToLineStart, "ctrl-u", "cut to the start of the line"),
    Binding(.killToLineEnd, "ctrl-k", "cut to the end of the line"),
    Binding(.yank, "ctrl-y", "put in what was cut"),
    Binding(.transpose, "ctrl-t", "swap two characters"),
    Binding(.upperCase, "alt-u", "word in capitals"),
    Binding(.lowerCase, "alt-l", "word in small letters"),
    Binding(.capitalize, "alt-c", "word with a capital"),
    Binding(.raiseWeight, "ctrl-up", "more weight for the word"),
    Binding(.lowerWeight, "ctrl-down", "less weight for the word"),
    Binding(.undo, "ctrl-_ ctrl-/ alt-z", "undo"),
    Binding(.redo, "alt-r alt-Z", "redo"),
  ]

  private static let commands: [KeyPress: EditorCommand] = {
    let pairs = bindings.flatMap { binding in binding.keys.map { ($0, binding.command) } }
    return Dictionary(pairs) { first, _ in first }
  }()

  /// - Returns: Nil if the key means no command.
  init?(_ key: KeyPress) {
    guard let command = Self.commands[key] else { return nil }
    self = command
  }
}
