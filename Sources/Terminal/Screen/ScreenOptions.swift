public import Foundation

/// What a screen is opened with.
public struct ScreenOptions: Sendable {
  public var graphics: GraphicsChoice
  /// Whether the mouse is ours; otherwise the terminal selects text with it.
  public var usesMouse: Bool
  /// `TERM`, `COLORTERM`, `NO_COLOR` and what tells of SSH and multiplexers.
  public var environment: [String: String]
  /// The terminal's device; the process's own if nil.
  public var device: String?

  public init(
    graphics: GraphicsChoice = .auto, usesMouse: Bool = true,
    environment: [String: String] = ProcessInfo.processInfo.environment, device: String? = nil
  ) {
    self.graphics = graphics
    self.usesMouse = usesMouse
    self.environment = environment
    self.device = device
  }

  var isRemote: Bool { environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil }

  /// The device of the terminal that the process was started in.
  static func ownDevice() -> String {
    for descriptor in [STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO] {
      if let name = ttyname(descriptor) { return String(cString: name) }
    }
    return "/dev/tty"
  }
}

/// Why the program should end, beside keys.
public enum StopRequest: Sendable, Equatable {
  /// SIGTERM, SIGINT or SIGHUP.
  case signal(Int32)
  /// The terminal is gone.
  case hangUp
}

/// What pictures cost on this line.
public struct ScreenTraffic: Sendable, Equatable {
  /// Estimated over the last pictures; nil until one was answered.
  public var bytesPerSecond: Double?
  /// Dots of the last picture sent; 0 before the first.
  public var width = 0
  public var height = 0
  /// Colours of the last picture; nil for all there are.
  public var colors: Int?
  /// Bytes of the last picture.
  public var bytes = 0
  public var sent = 0
  /// Pictures that newer ones replaced before they were sent.
  public var dropped = 0
}
