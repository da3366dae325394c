/// The questions a terminal is asked, one batch after the other, as the answers come.
///
/// Every batch ends with DA1, which all terminals answer, so a terminal that knows nothing else is
/// found out quickly.
struct ProbeConversation: Sendable {
  private static let kitty = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"
  private static let cellSize = "\u{1B}[16t"
  private static let textArea = "\u{1B}[14t"
  private static let name = "\u{1B}[>q"
  private static let synchronized = "\u{1B}[?2026$p"
  private static let background = "\u{1B}]11;?\u{1B}\\"
  private static let fence = "\u{1B}[c"
  private static let registers = "\u{1B}[?1;1;0S"
  private static let mostRegisters = "\u{1B}[?1;4;0S"
  private static let largestPicture = "\u{1B}[?2;4;0S"
  /// In xterm the text area without its border, cut to the largest picture.
  private static let currentPicture = "\u{1B}[?2;1;0S"
  /// More than sixel pictures of 256 colours need is of no use.
  private static let usefulRegisters = 256

  private enum Phase: Sendable, Equatable {
    case silent, basics, sixel, raising, done
  }

  private(set) var answers = TerminalAnswers()
  /// Everything that was answered, one a line, in words for people.
  private(set) var transcript: [String] = []
  private var phase = Phase.silent
  private var reports: [(item: Int, values: [Int]?)] = []

  /// Questions sent and not answered yet.
  var isWaiting: Bool { ![.silent, .done].contains(phase) }

  /// - Parameter isFullScreen: Whether stray output of a terminal that misunderstands does no harm.
  /// - Returns: Bytes to send.
  mutating func begin(isFullScreen: Bool) -> [UInt8] {
    phase = .basics
    let more = isFullScreen ? [Self.name, Self.synchronized, Self.background, Self.textArea] : []
    return Self.batch(more + [Self.kitty, Self.cellSize])
  }

  /// - Returns: Bytes to send: the next questions.
  mutating func note(_ reply: TerminalReply) -> [UInt8] {
    if let line = Self.line(reply) { transcript.append(line) }
    switch reply {
    case .deviceAttributes(let attributes):
      // The first number is the terminal's class and not an ability.
      if attributes.dropFirst().contains(4) { answers.hasSixel = true }
      return goOn()
    case .graphics(let item, let status, let values):
      reports.append((item, status == 0 ? values : nil))
      if phase == .done { readPictureArea(reports.removeLast()) }
    case .cellSize(let width, let height):
      (answers.cellWidth, answers.cellHeight) = (width, height)
    case .textArea(let width, let height):
      (answers.textWidth, answers.textHeight) = (width, height)
    case .kitty(let isOK):
      answers.hasKitty = isOK
    case .name(let name):
      answers.name = name
    case .mode(2026, let value):
      answers.isSynchronized = (1...2).contains(value)
    case .background(let red, let green, let blue):
      // ITU-R BT.709.
      answers.backgroundLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue
      let channels = [red, green, blue].map { UInt8(($0 * 255).rounded()) }
      answers.backgroundColor = .rgb(channels[0], channels[1], channels[2])
    case .typed(let bytes):
      answers.typed += bytes
    case .ready, .mode:
      break
    }
    return []
  }

  /// What to ask when a window has another size or scale.
  mutating func askCellSize() -> [UInt8] {
    var questions: [String] = []
    if answers.cellWidth != nil { questions.append(Self.cellSize) }
    if answers.textWidth != nil { questions.append(Self.textArea) }
    if answers.hasSixel { questions.append(Self.currentPicture) }
    return Array(questions.joined().utf8)
  }

  /// A fence was answered: what comes behind it.
  private mutating func goOn() -> [UInt8] {
    switch phase {
    case .basics where answers.hasSixel:
      // Terminals without sixel are spared these: some take them for "scroll up".
      phase = .sixel
      return Self.batch([
        Self.registers, Self.mostRegisters, Self.largestPicture, Self.currentPicture,
      ])
    case .sixel:
      if let wanted = readLimits() {
        phase = .raising
        return Self.batch(["\u{1B}[?1;3;\(wanted)S"])
      }
    case .raising:
      if let raised = reports.last(where: { $0.item == 1 })?.values?.first {
        answers.registers = raised
      }
    case .basics, .silent, .done:
      break
    }
    phase = .done
    answers.isComplete = true
    return []
  }

  /// Understands the answers to the three questions, which come in the order of the questions.
  ///
  /// - Returns: How many registers there could be in place of too few.
  private mutating func readLimits() -> Int? {
    let counts = reports.filter { $0.item == 1 }.map { $0.values?.first }
    let areas = reports.filter { $0.item == 2 }
    if let area = areas.first?.values, area.count == 2 {
      (answers.largestWidth, answers.largestHeight) = (area[0], area[1])
    }
    if areas.count == 2 { readPictureArea(areas[1]) }
    guard counts.count >= 2, let current = counts[0] else { return nil }
    answers.registers = current
    guard current < Self.usefulRegisters, let most = counts[1], most > current else { return nil }
    return min(most, Self.usefulRegisters)
  }

  /// Takes the area for that of all cells, unless it was cut.
  private mutating func readPictureArea(_ report: (item: Int, values: [Int]?)) {
    guard report.item == 2, let area = report.values, area.count == 2,
      area[0] != answers.largestWidth, area[1] != answers.largestHeight
    else { return }
    (answers.textWidth, answers.textHeight) = (area[0], area[1])
  }

  private static func batch(_ questions: [String]) -> [UInt8] {
    Array((questions + [fence]).joined().utf8)
  }

  private static func line(_ reply: TerminalReply) -> String? {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ";") }
    switch reply {
    case .deviceAttributes(let values): return "device attributes (DA1): \(list(values))"
    case .graphics(let item, let status, let values):
      let what = item == 1 ? "colour registers" : "picture size"
      return "\(what) (XTSMGRAPHICS): status \(status), \(list(values))"
    case .cellSize(let width, let height): return "cell (16 t): \(width)x\(height) pixels"
    case .textArea(let width, let height): return "text area (14 t): \(width)x\(height) pixels"
    case .kitty(let isOK): return "kitty graphics: \(isOK ? "yes" : "refused")"
    case .name(let name): return "name (XTVERSION): \(name)"
    case .mode(let mode, let value): return "mode \(mode) (DECRQM): \(value)"
    case .background(let red, let green, let blue):
      let parts = [red, green, blue].map { String(Int(($0 * 255).rounded())) }
      return "background (OSC 11): \(parts.joined(separator: ", "))"
    case .ready, .typed: return nil
    }
  }
}
