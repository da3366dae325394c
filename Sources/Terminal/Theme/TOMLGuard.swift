/// Refuses texts that the TOML library would not survive, before it sees them.
///
/// toml++ 3.4 ends the program, or runs on undefined, at a header without a name (`[=`), at a `}`
/// in a list, at half a date, at line ends that only Unicode knows; it recurses for each part of a
/// dotted key. Settings need no dates and no deep nesting, so these are refused altogether. Whatever
/// else is wrong it reports itself: this reads right what is right, and stops where the library will.
struct TOMLGuard {
  struct Finding: Error {
    /// Of the byte at which it shows.
    let index: Int
    let reason: String
  }

  private static let mostDots = 32
  private static let deepest = 16

  private let bytes: [UInt8]
  private var index = 0
  /// Lists and inline tables that are open.
  private var open: [UInt8] = []
  private var isKey = true
  private var dots = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func check(_ bytes: [UInt8]) throws(Finding) {
    if let index = bytes.indices.first(where: { isControl($0, in: bytes) }) {
      throw Finding(index: index, reason: "a control character stands here")
    }
    var guardian = TOMLGuard(bytes)
    try guardian.run()
  }

  private static func isControl(_ index: Int, in bytes: [UInt8]) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: "\t"), UInt8(ascii: "\n"): false
    case UInt8(ascii: "\r"): index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n")
    case 0..<32, 127: true
    default: false
    }
  }

  private mutating func run() throws(Finding) {
    // The mark of UTF-8 that some editors write.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    try startLine()
    while index < bytes.count {
      let start = index
      index += 1
      switch bytes[start] {
      case UInt8(ascii: "\n"):
        dots = 0
        if open.isEmpty { try startLine() }
      case UInt8(ascii: "#"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard skipString(bytes[start]) else { return }
      case UInt8(ascii: "="): (isKey, dots) = (false, 0)
      case UInt8(ascii: ","):
        isKey = open.last == UInt8(ascii: "{")
        dots = 0
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        guard !isKey else { continue }
        open.append(bytes[start])
        isKey = bytes[start] == UInt8(ascii: "{")
        guard open.count <= Self.deepest else { throw finding(start, "nested too deeply") }
      case UInt8(ascii: "}"):
        guard let last = open.popLast() else { return }
        guard last == UInt8(ascii: "{") else { throw finding(start, "'}' closes no '{'") }
        isKey = false
      case UInt8(ascii: "]"):
        if open.isEmpty, isKey { continue }
        guard open.popLast() == UInt8(ascii: "[") else { return }
      case UInt8(ascii: "."):
        dots += 1
        guard dots <= Self.mostDots || !isKey else { throw finding(start, "too many dots") }
      case UInt8(ascii: "-"):
        guard !isKey, (48...57).contains(bytes[start - 1]) else { continue }
        throw finding(start, "settings have no dates")
      case UInt8(ascii: ":"):
        guard !isKey else { continue }
        throw finding(start, "settings have no times; a text needs quotes")
      case 0x80...:
        // Some of these end lines for the library and nobody else.
        throw finding(start, "a character that needs quotes")
      default: continue
      }
    }
  }

  /// Looks at what may be a table's header.
  private mutating func startLine() throws(Finding) {
    isKey = true
    skipBlanks()
    guard skip(UInt8(ascii: "[")) else { return }
    skipBlanks()
    if skip(UInt8(ascii: "[")) { skipBlanks() }
    guard index < bytes.count else { return }
    switch bytes[index] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57,
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "]"):
      return
    default: throw finding(index, "a table's name is missing, or needs quotes")
    }
  }

  /// Goes behind the end of a string; false if it has none, which the library reports.
  private mutating func skipString(_ quote: UInt8) -> Bool {
    let isLong = bytes[index...].starts(with: [quote, quote])
    if isLong { index += 2 }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        index += 1
      } else if byte == UInt8(ascii: "\n"), !isLong {
        return false
      } else if byte == quote {
        guard isLong else { return true }
        guard index < bytes.count, bytes[index...].starts(with: [quote, quote]) else { continue }
        index += 2
        // One or two quotes more belong to the text: """a""""" ends with two of its own.
        for _ in 0..<2 where index < bytes.count && bytes[index] == quote { index += 1 }
        return true
      }
    }
    return false
  }

  private mutating func skipBlanks() {
    while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == 9 { index += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private func finding(_ index: Int, _ reason: String) -> Finding {
    Finding(index: index, reason: reason)
  }
}
