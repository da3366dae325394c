/// A prompt with alternatives, `a {red|green} __animals__`, as the set of prompts it stands for.
///
/// Alternatives may be empty and hold alternatives and wildcards themselves, as the entries of
/// wildcards may. `\{`, `\}`, `\|` and `\__` stand for the marks as text. Braces without a bar stay
/// as they are.
public struct PromptTemplate: Equatable, Sendable {
  private let root: TemplateBranch

  /// Reads all wildcards of `text`, and those of their entries.
  public init(
    _ text: String, wildcards: any WildcardSource = WildcardTable()
  ) throws(TemplateError) {
    var parser = TemplateParser(wildcards: wildcards)
    root = try parser.parse(text)
  }

  /// How many prompts it stands for; `Int.max` if there are that many or more.
  public var count: Int { root.count }

  /// Whether there is anything to choose.
  public var hasChoices: Bool { !root.isFixed }

  /// Every prompt, in the order of the text: the last alternatives change fastest.
  ///
  /// Equal prompts are not left out.
  public func all(limit: Int = 1000) throws(TemplateError) -> [String] {
    guard count <= limit else { throw .tooMany(count: count, limit: limit) }
    return (0..<count).map { index in
      var prompt = ""
      root.write(index, to: &prompt)
      return prompt
    }
  }

  /// One of the prompts, always the same for a seed; each choice takes any alternative as likely.
  public func one(seed: UInt64) -> String {
    var generator = SplitMix64(seed: seed)
    var prompt = ""
    root.write(&generator, to: &prompt)
    return prompt
  }

  /// A template that stands for just this text.
  public static func escaping(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var escaped: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      // What would need no backslash to be a mark is one with a backslash.
      let marked = [UInt8(ascii: "\\")] + bytes[offset...].prefix(2)
      let length = max(TemplateMarks.escapeLength(marked, at: 0) - 1, 0)
      escaped += length > 0 ? marked[...length] : bytes[offset..<offset + 1]
      offset += max(length, 1)
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
