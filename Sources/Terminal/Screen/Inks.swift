import CTerminal

/// A theme in the colours that a terminal has.
///
/// ncurses is told numbers of colours. With 24-bit colours these numbers are our own, from 16 on, and
/// ``rewrite(_:)`` puts the colours in their place in what ncurses wrote: descriptions of terminals
/// with 24-bit colours are rarely installed, terminals that have them are common.
struct Inks {
  private static let firstOwnNumber = 16

  private struct Ink {
    var foreground: Int
    var background: Int
    var attributes: TextAttributes
  }

  private let depth: ColorDepth?
  /// Colours of ncurses' description.
  private let described: Int
  private var inks: [Role: Ink] = [:]
  private var numbers: [ThemeColor: Int] = [:]
  private var colors: [Int: SIMD3<Float>] = [:]

  /// - Parameters:
  ///   - depth: Colours of the terminal; nil for attributes only.
  ///   - described: Colours that its description knows.
  init(theme: Theme, depth: ColorDepth?, described: Int) {
    self.described = described
    self.depth = described < 8 ? nil : described < 256 ? Self.limited(depth, described) : depth
    for role in Role.allCases {
      let look = theme[role]
      guard self.depth != nil else {
        inks[role] = Ink(
          foreground: -1, background: -1, attributes: Self.withoutColor(look, role))
        continue
      }
      var ink = Ink(
        foreground: number(look.foreground), background: number(look.background),
        attributes: look.attributes)
      // Two colours that became one on the way to few must not hide the text.
      if ink.foreground == ink.background, look.foreground != look.background {
        ink.foreground = -1
      }
      // A chosen row whose ground became the screen's must stand out still.
      if look.background != theme[.text].background,
        ink.background == number(theme[.text].background)
      {
        ink.attributes.formUnion(Self.withoutColor(look, role))
      }
      inks[role] = ink
    }
  }

  /// Defines the pairs that ``pair(_:)`` names.
  func define() {
    guard depth != nil else { return }
    for (index, role) in Role.allCases.enumerated() {
      guard let ink = inks[role] else { continue }
      ct_canvas_pair(Int32(index + 1), Int32(ink.foreground), Int32(ink.background))
    }
  }

  func pair(_ role: Role) -> Int32 {
    guard depth != nil, let index = Role.allCases.firstIndex(of: role) else { return 0 }
    return Int32(index + 1)
  }

  func attributes(_ role: Role) -> TextAttributes { inks[role]?.attributes ?? [] }

  /// Selects the background of a role, in the terminal's own words.
  func ground(_ role: Role) -> [UInt8] {
    let number = inks[role]?.background ?? -1
    let parameters =
      switch number {
      case ..<0: "49"
      case 0..<8: "\(40 + number)"
      case 8..<16: "\(92 + number)"
      case 16...255: "48;5;\(number)"
      default: "48;2;\(number >> 16);\(number >> 8 & 255);\(number & 255)"
      }
    return rewrite(Array("\u{1B}[0;\(parameters)m".utf8))
  }

  /// Puts 24-bit colours in the place of our numbers.
  func rewrite(_ bytes: [UInt8]) -> [UInt8] {
    if colors.isEmpty { return bytes }
    let mark = Array("8;5;".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 5 / 4)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "3") || byte == UInt8(ascii: "4"),
        bytes[(index + 1)...].starts(with: mark), isParameter(bytes, at: index)
      {
        let digits = bytes[(index + 5)...].prefix { (48...57).contains($0) }
        let number = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - 48) }
        let end = digits.endIndex
        if let color = colors[number], end < bytes.count, bytes[end] == UInt8(ascii: "m") {
          out.append(byte)
          out += "8;2;\(Int(color.x));\(Int(color.y));\(Int(color.z))".utf8
          index = end
          continue
        }
      }
      out.append(byte)
      index += 1
    }
    return out
  }

  /// Whether digits here begin a parameter of `ESC [ ... m`, and are no text.
  private func isParameter(_ bytes: [UInt8], at index: Int) -> Bool {
    var before = index - 1
    while before >= 0, (48...57).contains(bytes[before]) || bytes[before] == UInt8(ascii: ";") {
      before -= 1
    }
    guard before >= 1, before == index - 1 || bytes[index - 1] == UInt8(ascii: ";") else {
      return false
    }
    return bytes[before] == UInt8(ascii: "[") && bytes[before - 1] == 0x1B
  }

  private static func limited(_ depth: ColorDepth?, _ described: Int) -> ColorDepth? {
    guard let depth else { return nil }
    if described >= 16 { return depth == .palette8 ? .palette8 : .palette16 }
    return .palette8
  }

  /// What colours said is said by attributes.
  private static func withoutColor(_ look: Look, _ role: Role) -> TextAttributes {
    var attributes = look.attributes
    if look.background != .terminal, role == .selected { attributes.insert(.reverse) }
    if look.background != .terminal, role == .selectedInactive {
      attributes.formUnion([.bold, .underline])
    }
    return attributes
  }

  private mutating func number(_ color: ThemeColor) -> Int {
    if let number = numbers[color] { return number }
    let number = newNumber(color)
    numbers[color] = number
    return number
  }

  private mutating func newNumber(_ color: ThemeColor) -> Int {
    guard let components = color.components else { return -1 }
    let own: Int? = if case .index(let index) = color { Int(index) } else { nil }
    if described > 256 {
      // A description with direct colours: the first eight are palette colours still.
      if let own, own < 8 { return own }
      let (red, green, blue) = (Int(components.x), Int(components.y), Int(components.z))
      return max(8, red << 16 | green << 8 | blue)
    }
    switch depth {
    case nil: return -1
    case .trueColor:
      // Own numbers begin where the user's palette ends, so a fixed palette colour is one too.
      if let own, own < Self.firstOwnNumber { return own }
      let number = Self.firstOwnNumber + colors.count
      guard number < 256 else { return Int(XtermPalette.nearest(components).index) }
      colors[number] = components
      return number
    case .palette256:
      return own ?? Int(XtermPalette.nearest(components).index)
    case .palette16:
      if let own, own < 16 { return own }
      return Int(XtermPalette.nearest(components, ofFirst: 16).index)
    case .palette8:
      // Bright black would be black on black.
      if own == 8 { return 7 }
      if let own, own < 16 { return own & 7 }
      return Int(XtermPalette.nearest(components, ofFirst: 8).index)
    }
  }
}
