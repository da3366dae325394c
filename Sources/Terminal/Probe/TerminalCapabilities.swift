public import Foundation

/// How pictures can be put on a terminal's screen.
public enum GraphicsProtocol: Sendable, Equatable {
  /// Pixels, by the kitty graphics protocol.
  case kitty
  /// Pixels, by DEC's sixels; a picture that is larger than the terminal's limit is not drawn.
  case sixel(registers: Int, largestWidth: Int, largestHeight: Int)
  /// Two square dots a cell.
  case halfBlocks(ColorDepth)
  /// Five shades without any colour.
  case shades
}

/// What the user may say about pictures; the terminal's answers decide otherwise.
public enum GraphicsChoice: String, Sendable, CaseIterable {
  case auto, sixel, kitty, blocks, none
}

public enum ColorDepth: Sendable, Equatable {
  case trueColor
  /// xterm's 6x6x6 cube and 24 greys.
  case palette256
  case palette16
  case palette8
}

/// Whether a terminal's ground is dark or light.
public enum TerminalBackground: String, Sendable {
  case dark, light, unknown
}

/// What a terminal can do, of that which pictures need.
public struct TerminalCapabilities: Sendable, Equatable {
  /// `nil` where no picture can be shown.
  public var graphics: GraphicsProtocol?
  public var columns: Int
  public var rows: Int
  /// Pixels of a character cell; 8x16 where the terminal does not tell.
  public var cellWidth: Int
  public var cellHeight: Int
  /// Whether a picture and the text around it can be made to appear at once.
  public var isSynchronized: Bool
  public var background: TerminalBackground
  /// The background itself; nil where the terminal does not tell.
  public var backgroundColor: ThemeColor?
  /// Colours for text; `nil` for none.
  public var textColors: ColorDepth?

  /// Draws the conclusions from what is known.
  ///
  /// - Parameters:
  ///   - environment: A hint for colours and encoding; never proof of a protocol.
  ///   - window: As the kernel has it.
  ///   - answers: Of the terminal, if it was asked.
  public init(environment: [String: String], window: WindowSize, answers: TerminalAnswers?) {
    columns = window.columns > 0 ? window.columns : 80
    rows = window.rows > 0 ? window.rows : 24
    let cells = [
      (answers?.cellWidth ?? 0, answers?.cellHeight ?? 0),
      ((answers?.textWidth ?? 0) / columns, (answers?.textHeight ?? 0) / rows),
      (window.width / columns, window.height / rows),
    ]
    (cellWidth, cellHeight) = cells.first(where: Self.isPlausible) ?? (8, 16)
    isSynchronized = answers?.isSynchronized ?? false
    background = Self.background(environment, answers)
    backgroundColor = answers?.backgroundColor
    textColors = Self.textColors(environment, answers)
    graphics = Self.graphics(environment, answers)
  }

  /// Puts the user's word above the terminal's; what cannot work at all is not done.
  mutating func choose(_ choice: GraphicsChoice, environment: [String: String]) {
    switch (choice, graphics) {
    case (.auto, _), (.kitty, .kitty), (.sixel, .sixel): break
    case (.none, _): graphics = nil
    case (.kitty, _): graphics = .kitty
    case (.sixel, _): graphics = .sixel(registers: 256, largestWidth: 1000, largestHeight: 1000)
    case (.blocks, _): graphics = Self.blocks(environment, name: nil)
    }
  }

  /// Asks the terminal behind a descriptor; `nil` if there is none.
  ///
  /// Takes a few milliseconds, 0.2 s with a terminal that does not answer, and up to 1 s over SSH.
  public static func detect(
    output: Int32 = STDOUT_FILENO,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalCapabilities? {
    guard isatty(output) == 1, let window = WindowSize(of: output) else { return nil }
    var answers: TerminalAnswers?
    if canBeAsked(environment) {
      // Standard output need not be open for reading, and standard input may be a file.
      let terminal = ttyname(output).map { open($0, O_RDWR | O_NOCTTY | O_CLOEXEC) } ?? -1
      if terminal >= 0 {
        defer { close(terminal) }
        let isRemote = environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil
        answers = TerminalProbe.ask(terminal, limit: .milliseconds(isRemote ? 1000 : 200))
      }
    }
    return TerminalCapabilities(environment: environment, window: window, answers: answers)
  }

  /// Whether questions do no harm: the Linux console and GNU screen print some of them.
  static func canBeAsked(_ environment: [String: String]) -> Bool {
    !["", "dumb", "linux"].contains(environment["TERM"] ?? "") && environment["STY"] == nil
  }

  private static func graphics(_ environment: [String: String], _ answers: TerminalAnswers?)
    -> GraphicsProtocol?
  {
    let term = environment["TERM"] ?? ""
    if term.isEmpty || term == "dumb" { return nil }
    if let answers, answers.hasKitty { return .kitty }
    if let answers, answers.hasSixel, answers.registers ?? 256 >= 2 {
      return .sixel(
        registers: answers.registers ?? 256, largestWidth: answers.largestWidth ?? 1000,
        largestHeight: answers.largestHeight ?? 1000)
    }
    return blocks(environment, name: answers?.name)
  }

  private static func blocks(_ environment: [String: String], name: String?) -> GraphicsProtocol? {
    guard isUTF8(environment) else { return nil }
    if let noColor = environment["NO_COLOR"], !noColor.isEmpty { return .shades }
    return colors(environment, name: name).map { .halfBlocks($0) } ?? .shades
  }

  private static func textColors(_ environment: [String: String], _ answers: TerminalAnswers?)
    -> ColorDepth?
  {
    if let noColor = environment["NO_COLOR"], !noColor.isEmpty { return nil }
    return colors(environment, name: answers?.name)
  }

  /// By what a terminal calls itself; `nil` for those without colour.
  private static func colors(_ environment: [String: String], name: String?) -> ColorDepth? {
    let term = environment["TERM"] ?? ""
    let hasTrueColor =
      ["truecolor", "24bit"].contains(environment["COLORTERM"]) || term.hasSuffix("-direct")
    if hasTrueColor || name.map(isKnownForTrueColor) ?? false { return .trueColor }
    if term.contains("256color") { return .palette256 }
    if term.hasPrefix("vt") || term.hasSuffix("-mono") || term.hasSuffix("-m") { return nil }
    if term == "linux" || term.hasSuffix("16color") { return .palette16 }
    if ["ansi", "cygwin", "cons25"].contains(term) { return .palette8 }
    return .palette256
  }

  /// Terminals that have had 24-bit colour since before they told their name in this way.
  private static func isKnownForTrueColor(_ name: String) -> Bool {
    let names = ["foot", "kitty", "WezTerm", "iTerm2", "contour", "ghostty", "mintty", "Konsole"]
    if names.contains(where: { name.lowercased().hasPrefix($0.lowercased()) }) { return true }
    // xterm: "Patch #331" of its change log.
    return name.hasPrefix("XTerm(") && Int(name.dropFirst(6).prefix { $0 != ")" }) ?? 0 >= 331
  }

  private static func background(_ environment: [String: String], _ answers: TerminalAnswers?)
    -> TerminalBackground
  {
    if let light = answers?.backgroundLight { return light < 0.5 ? .dark : .light }
    // rxvt's word: colour numbers of text and background.
    guard let last = environment["COLORFGBG"]?.split(separator: ";").last, let index = Int(last)
    else { return .unknown }
    return index == 7 || index >= 9 ? .light : .dark
  }

  /// Whether the locale's encoding is UTF-8 or not named, as in a bare container.
  private static func isUTF8(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    guard let locale = names.first(where: { !$0.isEmpty }), let dot = locale.firstIndex(of: ".")
    else { return true }
    return ["utf-8", "utf8"].contains { locale[dot...].lowercased().dropFirst().hasPrefix($0) }
  }

  private static func isPlausible(_ width: Int, _ height: Int) -> Bool {
    (4...64).contains(width) && (width...4 * width).contains(height) && height <= 128
  }
}
