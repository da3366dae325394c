import Prompts

/// Text of several lines with a cursor, edited by the keys of readline.
///
/// Lines are shown broken into rows, ``layout(width:)``; moving up and down goes by these rows.
/// Places are between characters as people see them, so no key leaves half of one behind.
public struct TextEditor: Equatable, Sendable {
  /// Line ends are `\n`; there are no other control characters.
  public private(set) var text = ""
  /// In UTF-8 bytes of ``text``, between two characters.
  private(set) var place = 0
  /// The column that moving up and down keeps to.
  var goalColumn: Int?
  /// What ``EditorCommand/yank`` brings back.
  private(set) var killed = ""
  private var isKilling = false
  private var history = EditHistory()

  /// The cursor begins at the end.
  public init(_ text: String = "") {
    self.text = EditableText.from(text)
    self.text.makeContiguousUTF8()
    place = self.text.utf8.count
  }

  /// Where the cursor is in ``text``.
  public var cursor: String.Index { index(place) }

  public var isEmpty: Bool { text.isEmpty }

  /// Puts text at the cursor, as a paste does; ``EditorCommand/undo`` takes it back in one step.
  ///
  /// Line ends become `\n`, tabs two blanks; other control characters are dropped.
  public mutating func insert(_ text: String) {
    beginCommand()
    replace(place..<place, with: EditableText.from(text), kind: .single)
  }

  /// Replaces everything, which can be undone, and puts the cursor at the end.
  public mutating func replaceAll(with text: String) {
    beginCommand()
    let text = EditableText.from(text)
    replaceAll(with: text, place: text.utf8.count)
  }

  /// Forgets what belongs to a series of equal commands.
  ///
  /// - Returns: Whether the command before this one killed text.
  @discardableResult
  mutating func beginCommand(keepsRun: Bool = false, keepsGoal: Bool = false) -> Bool {
    defer { isKilling = false }
    if !keepsRun { history.endRun() }
    if !keepsGoal { goalColumn = nil }
    return isKilling
  }

  // MARK: Changing

  /// - Parameter cursor: Where the cursor goes; behind what is inserted if nil.
  mutating func replace(
    _ range: Range<Int>, with inserted: String, kind: EditHistory.Kind, cursor: Int? = nil
  ) {
    guard !range.isEmpty || !inserted.isEmpty else { return }
    let before = place
    let removed = String(text[index(range.lowerBound)..<index(range.upperBound)])
    substitute(range, with: inserted, cursor: cursor ?? range.lowerBound + inserted.utf8.count)
    let step = EditHistory.Step(
      offset: range.lowerBound, removed: removed, inserted: inserted, cursorBefore: before,
      cursorAfter: place)
    history.record(step, kind: kind)
  }

  /// Changes only what differs, so that undoing needs little memory.
  mutating func replaceAll(with new: String, place: Int) {
    var (old, fresh) = (Array(text.utf8)[...], Array(new.utf8)[...])
    func isInside(_ byte: UInt8?) -> Bool { (byte ?? 0) & 0xC0 == 0x80 }
    let head = zip(old, fresh).prefix { $0 == $1 }.count
    var start = head
    while start > 0,
      isInside(start < old.count ? old[start] : nil)
        || isInside(start < fresh.count ? fresh[start] : nil)
    { start -= 1 }
    (old, fresh) = (old.dropFirst(start), fresh.dropFirst(start))
    var tail = zip(old.reversed(), fresh.reversed()).prefix { $0 == $1 }.count
    while tail > 0, isInside(old[old.endIndex - tail]) { tail -= 1 }
    replace(
      start..<old.endIndex - tail, with: String(decoding: fresh.dropLast(tail), as: UTF8.self),
      kind: .single, cursor: place)
  }

  /// Takes text out and remembers it; text killed in a row is remembered together.
  mutating func kill(_ range: Range<Int>, joins: Bool) {
    let text = String(text[index(range.lowerBound)..<index(range.upperBound)])
    let isBefore = range.lowerBound < place
    if !joins {
      if !text.isEmpty { killed = text }
    } else {
      killed = isBefore ? text + killed : killed + text
    }
    isKilling = joins || !text.isEmpty
    replace(range, with: "", kind: .single)
  }

  mutating func undo() {
    guard let step = history.undo() else { return }
    let end = step.offset + step.inserted.utf8.count
    substitute(step.offset..<end, with: step.removed, cursor: step.cursorBefore)
  }

  mutating func redo() {
    guard let step = history.redo() else { return }
    let end = step.offset + step.removed.utf8.count
    substitute(step.offset..<end, with: step.inserted, cursor: step.cursorAfter)
  }

  private mutating func substitute(_ range: Range<Int>, with new: String, cursor: Int) {
    text.replaceSubrange(index(range.lowerBound)..<index(range.upperBound), with: new)
    text.makeContiguousUTF8()
    move(to: cursor)
  }

  // MARK: Places

  /// Puts the cursor at an offset, or behind the character that this lies in.
  mutating func move(to offset: Int) {
    let index = index(offset)
    let isBetween = index == text.endIndex || String.Index(index, within: text) != nil
    place = self.offset(isBetween ? index : text.index(after: index))
  }

  func index(_ offset: Int) -> String.Index {
    text.utf8.index(text.startIndex, offsetBy: min(max(0, offset), text.utf8.count))
  }

  func offset(_ index: String.Index) -> Int {
    text.utf8.distance(from: text.startIndex, to: index)
  }
}

extension TextEditor: Codable {
  private enum CodingKeys: CodingKey {
    case text, cursor
  }

  /// Reads text and cursor; a cursor outside of the text goes to its nearest end.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try values.decode(String.self, forKey: .text))
    if let cursor = try values.decodeIfPresent(Int.self, forKey: .cursor) { move(to: cursor) }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(text, forKey: .text)
    try values.encode(place, forKey: .cursor)
  }
}
