/// Turns text into branches, wildcards filled in.
struct TemplateParser {
  /// How deep choices may lie in each other, entries of wildcards included.
  static let depthLimit = 64

  private let wildcards: any WildcardSource
  /// Wildcards that were read.
  private var known: [String: TemplateChoice] = [:]
  /// Wildcards whose entries are being read, from the outermost on.
  private var path: [String] = []

  init(wildcards: any WildcardSource) { self.wildcards = wildcards }

  mutating func parse(_ text: String) throws(TemplateError) -> TemplateBranch {
    let bytes = Array(text.utf8)
    let marks = TemplateMarks(bytes)
    if let brace = marks.unclosed.min() {
      throw .unclosed(position: text.characterNumber(utf8: brace))
    }
    /// Finished alternatives of the choices around the current place.
    var around: [[TemplateBranch]] = []
    /// The unfinished branches: the text itself, then one for each choice.
    var branches = [TemplateBranch()]
    var position = 0
    for mark in marks.marks {
      branches[branches.count - 1].append(Self.unescaped(bytes[position..<mark.range.lowerBound]))
      position = mark.range.upperBound
      switch mark.kind {
      case .open:
        around.append([])
        branches.append(TemplateBranch())
      case .bar:
        around[around.count - 1].append(branches.removeLast())
        branches.append(TemplateBranch())
      case .close:
        let choice = TemplateChoice(around.removeLast() + [branches.removeLast()])
        branches[branches.count - 1].append(
          try checked(choice, text: text, offset: mark.range.lowerBound))
      case .wildcard(let name):
        let choice = try choice(named: String(decoding: bytes[name], as: UTF8.self))
        branches[branches.count - 1].append(
          try checked(choice, text: text, offset: mark.range.lowerBound))
      }
    }
    branches[0].append(Self.unescaped(bytes[position...]))
    return branches[0]
  }

  private func checked(
    _ choice: TemplateChoice, text: String, offset: Int
  ) throws(TemplateError) -> TemplateChoice {
    guard choice.depth <= Self.depthLimit else {
      throw .tooDeep(position: text.characterNumber(utf8: offset), limit: Self.depthLimit)
    }
    return choice
  }

  private mutating func choice(named name: String) throws(TemplateError) -> TemplateChoice {
    if let choice = known[name] { return choice }
    if let start = path.firstIndex(of: name) { throw .cycle(path[start...] + [name]) }
    guard path.count < Self.depthLimit else {
      throw .tooDeep(position: 1, limit: Self.depthLimit)
    }
    let entries: [String]
    do {
      entries = try wildcards.entries(named: name)
    } catch {
      throw .wildcard(error)
    }
    path.append(name)
    var branches: [TemplateBranch] = []
    for entry in entries {
      do throws(TemplateError) {
        branches.append(try parse(entry))
      } catch {
        switch error {
        case .cycle, .inEntry: throw error
        default: throw .inEntry(entry, of: name, error)
        }
      }
    }
    path.removeLast()
    let choice = TemplateChoice(branches)
    known[name] = choice
    return choice
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    let bytes = Array(bytes)
    var plain: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      let escape = TemplateMarks.escapeLength(bytes, at: offset)
      plain += escape > 0 ? bytes[offset + 1..<offset + escape] : bytes[offset..<offset + 1]
      offset += max(escape, 1)
    }
    return String(decoding: plain, as: UTF8.self)
  }
}
