import Prompts
public import Terminal

extension TextEditor {
  /// Types a character or does what the key is bound to, see ``EditorCommand/bindings``.
  ///
  /// - Parameter width: Columns of the field, as in ``layout(width:)``.
  /// - Returns: Whether the key was for the editor. Enter, Tab and Escape are not; neither is
  ///   moving up from the first row or down from the last one.
  public mutating func handle(_ key: KeyPress, width: Int) -> Bool {
    if let command = EditorCommand(key) { return perform(command, width: width) }
    guard let character = key.typed, EditableText.from(String(character)) == String(character)
    else { return false }
    beginCommand(keepsRun: true)
    replace(place..<place, with: String(character), kind: .typing)
    return true
  }

  /// - Returns: False if the cursor cannot go up or down.
  @discardableResult
  public mutating func perform(_ command: EditorCommand, width: Int) -> Bool {
    let isRow = command == .up || command == .down
    let isDeletion = command == .deleteBack || command == .deleteAhead
    let wasKilling = beginCommand(keepsRun: isDeletion, keepsGoal: isRow)
    switch command {
    case .left: move(to: before(place))
    case .right: move(to: after(place))
    case .wordLeft: move(to: wordStart(before: place))
    case .wordRight: move(to: wordEnd(after: place))
    case .lineStart: move(to: lineStart(place))
    case .lineEnd: move(to: lineEnd(place))
    case .rowStart: moveToRowStart(width: width)
    case .rowEnd: moveToRowEnd(width: width)
    case .up: return moveRow(by: -1, width: width)
    case .down: return moveRow(by: 1, width: width)
    case .textStart: move(to: 0)
    case .textEnd: move(to: text.utf8.count)
    case .newline: replace(place..<place, with: "\n", kind: .single)
    case .deleteBack: replace(before(place)..<place, with: "", kind: .deletingBack)
    case .deleteAhead: replace(place..<after(place), with: "", kind: .deletingAhead)
    case .killWordBack: kill(wordStart(before: place)..<place, joins: wasKilling)
    case .killBlankWordBack: kill(blankWordStart(before: place)..<place, joins: wasKilling)
    case .killWordAhead: kill(place..<wordEnd(after: place), joins: wasKilling)
    case .killToLineStart:
      let start = lineStart(place)
      kill((start == place ? before(place) : start)..<place, joins: wasKilling)
    case .killToLineEnd:
      let end = lineEnd(place)
      kill(place..<(end == place ? after(place) : end), joins: wasKilling)
    case .yank: replace(place..<place, with: killed, kind: .single)
    case .transpose: transpose()
    case .upperCase: changeWord { $0.uppercased() }
    case .lowerCase: changeWord { $0.lowercased() }
    case .capitalize: changeWord { Self.capitalized($0) }
    case .raiseWeight: changeWeight(by: 0.1)
    case .lowerWeight: changeWeight(by: -0.1)
    case .undo: undo()
    case .redo: redo()
    }
    return true
  }

  /// Swaps the characters around the cursor, or at the end of a line the two before it.
  private mutating func transpose() {
    let end = place == lineEnd(place) ? place : after(place)
    let middle = before(end)
    let start = before(middle)
    guard start >= lineStart(place), start < middle, middle < end else { return }
    let (first, second) = (text[index(start)..<index(middle)], text[index(middle)..<index(end)])
    replace(start..<end, with: String(second + first), kind: .single)
  }

  /// Changes what lies between the cursor and the end of the word.
  private mutating func changeWord(_ change: (Substring) -> String) {
    let range = place..<wordEnd(after: place)
    let changed = change(text[index(range.lowerBound)..<index(range.upperBound)])
    replace(range, with: changed, kind: .single)
  }

  private static func capitalized(_ text: Substring) -> String {
    guard let first = text.firstIndex(where: \.isLetter) else { return String(text) }
    let rest = text.index(after: first)
    return text[..<first] + text[first].uppercased() + text[rest...].lowercased()
  }

  private mutating func changeWeight(by step: Double) {
    guard let changed = PromptWeights.changingWeight(of: text, at: cursor, by: step)
    else { return }
    let place = changed.text.utf8.distance(from: changed.text.startIndex, to: changed.cursor)
    replaceAll(with: changed.text, place: place)
  }
}
