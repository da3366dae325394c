/// Finds the matches of one pattern in one text, left to right.
struct PatternMatcher {
  /// A way through the pattern that is still open.
  private struct Thread {
    /// A step or the match; never a fork, a jump or an assertion.
    let instruction: Int
    let start: Int
  }

  private let program: PatternProgram
  private let text: ScalarText
  private var current: [Thread] = []
  /// The ways that are open at the position to come, the most preferred first.
  private var next: [Thread] = []
  /// The step at which each instruction was last reached, so that no step follows one twice.
  private var reachedAt: [Int]
  private var step = 0

  init(_ program: PatternProgram, in text: ScalarText) {
    self.program = program
    self.text = text
    reachedAt = Array(repeating: -1, count: program.instructions.count)
  }

  /// The leftmost match that begins at a position or behind it, and of those the preferred one.
  mutating func firstMatch(from start: Int) -> Range<Int>? {
    var found: Range<Int>?
    var position = start
    next.removeAll(keepingCapacity: true)
    while true {
      if next.isEmpty {
        if let found { return found }
        guard let candidate = nextCandidate(from: position) else { return nil }
        position = candidate
        step += 1
        follow(0, start: position, at: position)
        if next.isEmpty {
          position += 1
          continue
        }
      }
      found = advance(at: position) ?? found
      position += 1
      if found == nil, position < text.count, canBegin(at: position) {
        follow(0, start: position, at: position)
      }
    }
  }

  /// Takes the scalar at a position; returns the match that ends before it, if one does.
  private mutating func advance(at position: Int) -> Range<Int>? {
    swap(&current, &next)
    next.removeAll(keepingCapacity: true)
    step += 1
    for index in current.indices {
      let thread = current[index]
      // What comes later in the list is less preferred than a match.
      guard case .one(let set) = program.instructions[thread.instruction] else {
        return thread.start..<position
      }
      if position < text.count, set.contains(text[position]) {
        follow(thread.instruction + 1, start: thread.start, at: position + 1)
      }
    }
    return nil
  }

  private func nextCandidate(from start: Int) -> Int? {
    guard start < text.count else { return nil }
    return (start..<text.count).first(where: canBegin)
  }

  private func canBegin(at position: Int) -> Bool {
    program.firstSets.contains { $0.contains(text[position]) }
  }

  /// Lists the steps that can be reached from an instruction without taking a scalar.
  private mutating func follow(_ instruction: Int, start: Int, at position: Int) {
    guard reachedAt[instruction] != step else { return }
    reachedAt[instruction] = step
    switch program.instructions[instruction] {
    case .one, .match: next.append(Thread(instruction: instruction, start: start))
    case .assert(let assertion):
      if holds(assertion, at: position) { follow(instruction + 1, start: start, at: position) }
    case .jump(let target): follow(target, start: start, at: position)
    case .fork(let first, let second):
      follow(first, start: start, at: position)
      follow(second, start: start, at: position)
    }
  }

  private func holds(_ assertion: Pattern.Assertion, at position: Int) -> Bool {
    switch assertion {
    case .wordEdge:
      let before = position > 0 && text[position - 1].isWord
      let after = position < text.count && text[position].isWord
      return before != after
    case .endOfText: return position == text.count
    case .notBefore(let scalar): return position == text.count || text[position] != scalar
    }
  }
}

extension ScalarText {
  /// Replaces every match of a pattern, left to right, by what a function makes of it.
  mutating func replaceMatches(
    of program: PatternProgram, with replacement: (ArraySlice<TextScalar>) -> ScalarText
  ) {
    var matcher = PatternMatcher(program, in: self)
    guard var match = matcher.firstMatch(from: 0) else { return }
    var result: ScalarText = []
    result.reserveCapacity(count)
    var copied = 0
    while true {
      result += self[copied..<match.lowerBound]
      result += replacement(self[match])
      copied = match.upperBound
      guard let following = matcher.firstMatch(from: copied) else { break }
      match = following
    }
    self = result + self[copied...]
  }
}
