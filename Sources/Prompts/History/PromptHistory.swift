public import Foundation

/// The prompts that were run, oldest first.
public struct PromptHistory: Equatable, Sendable {
  public struct Entry: Codable, Hashable, Sendable {
    public var prompt: String
    public var negative: String
    public var when: Date

    public init(prompt: String, negative: String = "", when: Date) {
      self.prompt = prompt
      self.negative = negative
      self.when = when
    }
  }

  /// An entry that a search found.
  public struct Found: Equatable, Sendable {
    /// Place in ``entries``.
    public let index: Int
    public let entry: Entry
    /// Characters of the prompt that matched, counted from 0, rising.
    public let positions: [Int]
  }

  /// More entries are not kept; the oldest go first.
  public static let capacity = 5000

  public private(set) var entries: [Entry] = []
  /// The entries' prompts, ready to be searched.
  private var texts: [FuzzyText] = []

  /// Takes entries over as if they were added one by one.
  public init(_ entries: [Entry] = []) {
    for entry in entries where isNew(entry) { self.entries.append(entry) }
    self.entries = self.entries.suffix(Self.capacity)
    texts = self.entries.map { FuzzyText($0.prompt) }
  }

  /// Adds an entry, unless it is empty or says the same as the last one.
  ///
  /// - Returns: Whether it was added.
  @discardableResult
  public mutating func add(_ entry: Entry) -> Bool {
    guard isNew(entry) else { return false }
    entries.append(entry)
    texts.append(FuzzyText(entry.prompt))
    let surplus = max(0, entries.count - Self.capacity)
    entries.removeFirst(surplus)
    texts.removeFirst(surplus)
    return true
  }

  /// Finds prompts by some of their letters: the best first, of equally good ones the newest.
  ///
  /// Of entries that say the same only the newest is found. An empty query finds all.
  public func search(_ query: String, limit: Int = 50) -> [Found] {
    let pattern = FuzzyPattern(query)
    /// Score and place in one number, which sorts faster than two.
    var ranked: [Int] = []
    for index in texts.indices {
      if let score = pattern.score(texts[index]) { ranked.append(score << 16 | index) }
    }
    ranked.sort(by: >)
    var found: [Found] = []
    var seen: Set<[String]> = []
    for rank in ranked {
      guard found.count < limit else { break }
      let index = rank & 0xFFFF
      let entry = entries[index]
      guard seen.insert([entry.prompt, entry.negative]).inserted else { continue }
      let positions = pattern.match(entry.prompt)?.positions ?? []
      found.append(Found(index: index, entry: entry, positions: positions))
    }
    return found
  }

  private func isNew(_ entry: Entry) -> Bool {
    guard !(entry.prompt + entry.negative).allSatisfy(\.isWhitespace) else { return false }
    guard let last = entries.last else { return true }
    return last.prompt != entry.prompt || last.negative != entry.negative
  }
}
