/// What the person at the terminal does.
public enum InputEvent: Sendable, Equatable {
  case key(KeyPress)
  /// Text pasted in one piece, line ends as `\n`.
  case paste(String)
  case mouse(MouseEvent)
  case resized(columns: Int, rows: Int)
  /// Whether the terminal window has the focus now.
  case focused(Bool)
}

public struct MouseEvent: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case press, doublePress, drag, release, scrollUp, scrollDown
  }

  public var kind: Kind
  /// Cell, from 0.
  public var x: Int
  public var y: Int

  public init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}
