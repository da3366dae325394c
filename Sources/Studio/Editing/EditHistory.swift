/// What an editor can take back and do again, as replaced stretches of text.
struct EditHistory: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    /// Taken back word by word.
    case typing
    /// Taken back as long as they go on in one direction.
    case deletingBack, deletingAhead
    case single
  }

  /// One stretch that was replaced; offsets are UTF-8 bytes.
  struct Step: Equatable, Sendable {
    var offset: Int
    var removed: String
    var inserted: String
    var cursorBefore: Int
    var cursorAfter: Int
  }

  private static let maxSteps = 1000
  private static let maxBytes = 4 << 20

  private var past: [Step] = []
  private var future: [Step] = []
  /// The kind of the last step while it can still grow.
  private var growing: Kind?

  /// Adds a step, or lets the last one grow.
  mutating func record(_ step: Step, kind: Kind) {
    future = []
    if let joined = past.last.flatMap({ grown($0, by: step, kind: kind) }) {
      past[past.count - 1] = joined
    } else {
      past.append(step)
      trim()
    }
    growing = kind == .single ? nil : kind
  }

  /// Ends the current run of typing or deleting.
  mutating func endRun() { growing = nil }

  /// - Returns: The step to take back.
  mutating func undo() -> Step? {
    growing = nil
    guard let step = past.popLast() else { return nil }
    future.append(step)
    return step
  }

  /// - Returns: The step to do again.
  mutating func redo() -> Step? {
    growing = nil
    guard let step = future.popLast() else { return nil }
    past.append(step)
    return step
  }

  private func grown(_ last: Step, by step: Step, kind: Kind) -> Step? {
    guard growing == kind else { return nil }
    var joined = last
    joined.cursorAfter = step.cursorAfter
    switch kind {
    case .typing:
      let beginsWord =
        last.inserted.last?.isWhitespace ?? false && !(step.inserted.first?.isWhitespace ?? false)
      let end = last.offset + last.inserted.utf8.count
      guard step.removed.isEmpty, step.offset == end, !beginsWord else { return nil }
      joined.inserted += step.inserted
    case .deletingBack:
      guard step.offset + step.removed.utf8.count == last.offset else { return nil }
      joined.removed = step.removed + last.removed
      joined.offset = step.offset
    case .deletingAhead:
      guard step.offset == last.offset else { return nil }
      joined.removed += step.removed
    case .single: return nil
    }
    return joined
  }

  /// Forgets the oldest steps, but for the last one, where they take too much room.
  private mutating func trim() {
    var bytes = 0
    let kept = past.reversed().prefix(Self.maxSteps).prefix { step in
      defer { bytes += step.removed.utf8.count + step.inserted.utf8.count }
      return bytes <= Self.maxBytes
    }
    if kept.count < past.count { past.removeFirst(past.count - kept.count) }
  }
}
