/// A theme, or one for dark and one for light grounds.
public enum ThemeChoice: Sendable, Equatable {
  case one(String)
  case pair(dark: String, light: String)

  /// The theme's name for this ground; the dark one where the ground is unknown.
  public func name(on background: TerminalBackground) -> String {
    switch (self, background) {
    case (.one(let name), _): name
    case (.pair(_, let light), .light): light
    case (.pair(let dark, _), _): dark
    }
  }
}
