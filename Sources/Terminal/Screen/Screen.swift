import CTerminal
import Foundation

/// A terminal taken over: shows surfaces with their pictures, and tells what was typed.
///
/// Main thread only. The loop polls ``inputDescriptors`` until ``nextDeadline`` and then calls ``read()``,
/// which does everything that is due: keys, answers of the terminal, pictures that are ready, bytes that
/// could not go out before. Nothing here waits for the terminal, except when it is given back.
///
/// However slow the line is, at most one text update and one picture wait to go out, and for each place
/// one picture more waits encoded, the newest; text that is drawn meanwhile is drawn once, as it was
/// last.
public final class Screen {
  private static let mostBytesARead = 65536
  /// Pictures kept for when what covers them goes away.
  static let keptPictures = 4

  public private(set) var capabilities: TerminalCapabilities
  /// Why the program should end; the terminal may be gone by then.
  public internal(set) var stopRequest: StopRequest?
  /// The descriptor to poll for input; it stays the same.
  public let inputDescriptors: [Int32]

  var options: ScreenOptions
  private let patience: ScreenPatience
  let device: String
  private let terminal: Int32
  var isOpen = true
  /// Signals that were seen and not acted on yet.
  private var heldSignals: Int32 = 0
  var output: TerminalOutput
  private var decoder: InputDecoder
  var conversation = ProbeConversation()
  private let probeDeadline: ContinuousClock.Instant
  var isProbing: Bool
  var window: WindowSize

  private(set) var theme = Theme.plain
  var inks: Inks
  let canvas: Canvas
  /// What should be shown, and what is.
  var surface: Surface?
  var painted: Surface?
  var isDirty = false

  var pacer: FramePacer
  var wall = PictureWall()
  let workshop = PictureWorkshop { ct_guard_wake() }
  var ordered: [(area: Rect, imageID: UInt64, isPassing: Bool)] = []
  var kept: [PictureWall.Standing] = []
  var generation = 0
  var lastPictureID: UInt32 = 0
  var isSendingPicture = false
  var lastTraffic = ScreenTraffic()

  /// Takes over the terminal; the first surface can be drawn at once.
  ///
  /// What the terminal can do is asked meanwhile; pictures appear when it has answered.
  ///
  /// - Throws: ``TerminalError`` if there is no terminal or it cannot show a screen.
  public init(options: ScreenOptions = ScreenOptions()) throws(TerminalError) {
    self.options = options
    device = options.device ?? ScreenOptions.ownDevice()
    terminal = Foundation.open(device, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard terminal >= 0 else {
      throw errno == ENXIO || errno == ENOENT
        ? .noTerminal : .notOpened(name: device, reason: String(cString: strerror(errno)))
    }
    guard let window = WindowSize(of: terminal) else {
      Foundation.close(terminal)
      throw .noTerminal
    }
    self.window = window
    output = TerminalOutput(terminal: terminal)
    patience = ScreenPatience(isRemote: options.isRemote)
    decoder = InputDecoder(escapeDelay: patience.escape)
    pacer = FramePacer(isRemote: options.isRemote)
    probeDeadline = .now + patience.probe
    isProbing = TerminalCapabilities.canBeAsked(options.environment)
    var capabilities = TerminalCapabilities(
      environment: options.environment, window: window, answers: nil)
    capabilities.choose(options.graphics, environment: options.environment)
    self.capabilities = capabilities
    do {
      canvas = try Canvas(
        term: options.environment["TERM"] ?? "", depth: capabilities.textColors,
        columns: capabilities.columns, rows: capabilities.rows)
    } catch {
      Foundation.close(terminal)
      throw error
    }
    let farewell =
      Array((TerminalModes.off + "\u{1B}\\" + TerminalModes.mouseOff).utf8) + canvas.farewell
    let events = ct_guard_open(terminal, farewell, farewell.count)
    inputDescriptors = [events]
    inks = Inks(theme: theme, depth: capabilities.textColors, described: canvas.colors)
    guard events >= 0, ct_guard_enter_raw_mode() else {
      canvas.close()
      ct_guard_close()
      Foundation.close(terminal)
      throw .notOpened(name: device, reason: "its modes cannot be changed")
    }
    inks.define()
    output.append(canvas.take())
    output.append(modesOn)
    if isProbing { output.append(conversation.begin(isFullScreen: true)) }
    output.pump()
  }

  deinit { close() }

  public var columns: Int { capabilities.columns }
  public var rows: Int { capabilities.rows }
  public var background: TerminalBackground { capabilities.background }

  /// When ``read()`` has something to do even if nothing arrives; nil for never.
  public var nextDeadline: ContinuousClock.Instant? {
    [decoder.deadline, pacer.deadline, isProbing ? probeDeadline : nil].compactMap(\.self).min()
  }

  /// Does everything that is due and returns what the user did.
  public func read() -> [InputEvent] {
    guard isOpen else { return [] }
    let now = ContinuousClock.now
    var events = takeSignals()
    events += takeInput(at: now)
    events += take(decoder.expire(at: now), at: now)
    if isProbing, now >= probeDeadline { finishProbing() }
    pacer.tick(at: now)
    advance()
    return events
  }

  /// Shows a surface, as soon as the line is free.
  public func draw(_ surface: Surface, theme: Theme) {
    if theme != self.theme {
      self.theme = theme
      applyInks()
    }
    self.surface = surface
    isDirty = true
    advance()
  }

  /// Sends a sequence that draws nothing, such as one for the clipboard.
  public func send(_ sequence: [UInt8]) {
    output.append(sequence)
    advance()
  }

  /// Sends everything again, pictures too; for when something else wrote on the screen.
  public func redraw() {
    forgetScreen()
    advance()
  }

  public func setMouse(_ usesMouse: Bool) {
    guard usesMouse != options.usesMouse else { return }
    options.usesMouse = usesMouse
    output.append((usesMouse ? TerminalModes.mouseOn : TerminalModes.mouseOff).utf8)
    advance()
  }

  public func setGraphics(_ graphics: GraphicsChoice) {
    options.graphics = graphics
    concludeCapabilities()
    advance()
  }

  /// Gives the terminal back and stops the process, as Ctrl-Z does; returns when it goes on.
  public func suspend() {
    guard isOpen else { return }
    giveBack()
    ct_guard_stop()
    takeBack()
    // Going on is no news any more.
    heldSignals |= ct_guard_signals() & ~Int32(CT_SIGNAL_CONTINUE)
    ct_guard_wake()
  }

  /// Gives the terminal back as it was; harmless if done before.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    giveBack()
    canvas.close()
    ct_guard_close()
    Foundation.close(terminal)
  }
}

// Input.
extension Screen {
  private func takeSignals() -> [InputEvent] {
    let signals = ct_guard_signals() | heldSignals
    heldSignals = 0
    func has(_ flag: Int) -> Bool { signals & Int32(flag) != 0 }
    if has(CT_SIGNAL_TERMINATE) { stopRequest = .signal(SIGTERM) }
    if has(CT_SIGNAL_INTERRUPT) { stopRequest = .signal(SIGINT) }
    if has(CT_SIGNAL_HANGUP) { stopRequest = .signal(SIGHUP) }
    if has(CT_SIGNAL_STOP) {
      suspend()
    } else if has(CT_SIGNAL_CONTINUE) {
      // Stopped without being asked: the shell has used the terminal since.
      takeBack()
    }
    return adoptSize(asksAgain: has(CT_SIGNAL_WINDOW))
  }

  private func adoptSize(asksAgain: Bool) -> [InputEvent] {
    guard let window = WindowSize(of: terminal), asksAgain || window != self.window else {
      return []
    }
    let before = (columns, rows)
    self.window = window
    // Another font makes other cells, even if their number is the same.
    output.append(conversation.askCellSize())
    concludeCapabilities()
    guard before != (columns, rows) else {
      forgetScreen()
      return []
    }
    canvas.resize(columns: columns, rows: rows)
    forgetScreen()
    return [.resized(columns: columns, rows: rows)]
  }

  private func takeInput(at now: ContinuousClock.Instant) -> [InputEvent] {
    var events: [InputEvent] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    var total = 0
    while total < Self.mostBytesARead {
      let count = Foundation.read(terminal, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count == 0 || count < 0 && errno != EAGAIN { stopRequest = stopRequest ?? .hangUp }
      guard count > 0 else { break }
      total += count
      events += take(decoder.feed(chunk[..<count], at: now), at: now)
    }
    return events
  }

  private func take(_ items: [InputDecoder.Item], at now: ContinuousClock.Instant) -> [InputEvent] {
    items.compactMap { item in
      switch item {
      case .event(let event): return event
      case .reply(.ready):
        pacer.answered(at: now)
      case .reply(let reply):
        output.append(conversation.note(reply))
        if !conversation.isWaiting {
          isProbing = false
          concludeCapabilities()
        }
      }
      return nil
    }
  }

  private func finishProbing() {
    isProbing = false
    concludeCapabilities()
    isDirty = true
  }
}

// What the terminal can do.
extension Screen {
  private func concludeCapabilities() {
    var new = TerminalCapabilities(
      environment: options.environment, window: window, answers: conversation.answers)
    new.choose(options.graphics, environment: options.environment)
    isDirty = true
    guard new != capabilities else { return }
    let old = capabilities
    capabilities = new
    if new.textColors != old.textColors { applyInks() }
    if new.graphics != old.graphics || new.cellWidth != old.cellWidth
      || new.cellHeight != old.cellHeight
    {
      output.append(erasing(wall.forget()))
      forgetOrders()
    }
  }

  private func applyInks() {
    inks = Inks(theme: theme, depth: capabilities.textColors, described: canvas.colors)
    inks.define()
    forgetScreen()
  }
}

// Taking over and giving back.
extension Screen {
  private var modesOn: [UInt8] {
    Array((TerminalModes.on + (options.usesMouse ? TerminalModes.mouseOn : "")).utf8)
  }

  private func giveBack() {
    output.abandon()
    output.append(erasing(wall.forget().filter { $0.picture.id != nil }))
    output.append((TerminalModes.off + TerminalModes.mouseOff).utf8)
    canvas.leave()
    output.append(canvas.take())
    output.drain(within: patience.farewell)
    output.abandon()
    awaitAnswers()
    ct_guard_restore_modes()
  }

  /// Answers that are still on their way would be typed into the shell.
  private func awaitAnswers() {
    let deadline = ContinuousClock.now + patience.lastAnswer
    while pacer.isWaiting || isProbing, stopRequest != .hangUp, ContinuousClock.now < deadline {
      var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      poll(&entry, 1, 20)
      _ = takeInput(at: .now)
    }
  }

  private func takeBack() {
    guard ct_guard_enter_raw_mode() else { return }
    pacer.reset()
    isSendingPicture = false
    output.append(modesOn)
    forgetScreen()
    advance()
  }
}
