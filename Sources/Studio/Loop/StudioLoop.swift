import Foundation
import Terminal

/// The loop of the full-screen studio: events in, state changed, effects done, screen drawn.
///
/// All of it on one thread, the only one that talks to the terminal.
final class StudioLoop {
  private let desk: StudioDesk
  private let screen: Screen
  private var state: StudioState
  private var theme: Theme
  private var themeName: String
  private var toldGraphics = ""

  /// - Throws: `TerminalError`.
  init(_ desk: StudioDesk) throws {
    self.desk = desk
    screen = try Screen(options: desk.screenOptions)
    state = desk.openState(columns: screen.columns, rows: screen.rows)
    themeName = state.themeName
    theme = desk.theme(named: themeName)
  }

  /// How pictures get to the screen, and with how many colours where the line is slow.
  private var graphics: String {
    guard let title = screen.capabilities.graphics?.title else { return "no pictures" }
    guard let colors = screen.traffic.colors, colors < 256 else { return title }
    return "\(title), \(colors) colours"
  }

  func run() throws {
    defer { screen.close() }
    take(.graphics(graphics))
    screen.draw(state.surface, theme: theme)
    desk.gatherKnowledge()
    while !state.hasQuit {
      wait()
      let inputs = screen.read().map(StudioEvent.input)
      let events = inputs + desk.mailbox.take() + terminalNews
      for event in events { take(event) }
      let isTime = state.nextWake.map { $0 <= desk.now } ?? false
      if isTime { take(.tick) }
      if isTime || !events.isEmpty { draw() }
    }
    screen.close()
    // One Ctrl-C too many must not cut off what is being kept now.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    desk.close(&state)
  }

  private func wait() {
    var until = state.nextWake
    if let deadline = screen.nextDeadline {
      let seconds = desk.now + (deadline - ContinuousClock.now).seconds
      until = min(until ?? seconds, seconds)
    }
    desk.wait(for: screen.inputDescriptors, until: until)
  }

  /// What the terminal told that is no input.
  private var terminalNews: [StudioEvent] {
    var news: [StudioEvent] = []
    let graphics = self.graphics
    if graphics != toldGraphics {
      toldGraphics = graphics
      news.append(.graphics(graphics))
    }
    if screen.background != state.background { news.append(.background(screen.background)) }
    if screen.pictureRoom != state.pictureRoom { news.append(.pictureRoom(screen.pictureRoom)) }
    if screen.stopRequest != nil { news.append(.terminated) }
    return news
  }

  private func take(_ event: StudioEvent) {
    switch event {
    case .themesChanged: themeName = ""
    case .preferences: screen.setGraphics(desk.graphics)
    default: break
    }
    for effect in state.update(event, at: desk.now) { perform(effect) }
    screen.setMouse(state.mouse)
    desk.follow(state)
  }

  private func draw() {
    if themeName != state.themeName {
      themeName = state.themeName
      theme = desk.theme(named: themeName)
    }
    screen.draw(state.surface, theme: theme)
  }

  private func perform(_ effect: StudioEffect) {
    switch effect {
    case .redraw: screen.redraw()
    case .bell: screen.send([7])
    case .suspend: screen.suspend()
    case .copy(let text): screen.send(Outside.clipboardSequence(text))
    case .tellTerminal: desk.mailbox.post(.report(title: "The terminal", lines: screen.report))
    case .writeScreen: desk.write(state.surface)
    default: desk.perform(effect, &state)
    }
  }
}

extension Duration {
  /// As a number.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension GraphicsProtocol {
  /// For the preview's corner.
  var title: String {
    switch self {
    case .kitty: "kitty"
    case .sixel: "sixel"
    case .halfBlocks: "blocks"
    case .shades: "shades"
    }
  }
}
