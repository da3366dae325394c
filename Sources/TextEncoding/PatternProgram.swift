/// A pattern as instructions of a small machine that follows all ways through it at once.
///
/// The method is Pike's: a list of threads ordered by preference, so that the time is at most the
/// length of the text times the number of instructions.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    case one(ScalarSet)
    case assert(Pattern.Assertion)
    case jump(Int)
    /// Goes on at both, the first preferred.
    case fork(Int, Int)
    case match
  }

  private(set) var instructions: [Instruction] = []
  /// The sets one of which the first scalar of a match is in.
  private(set) var firstSets: [ScalarSet] = []

  /// - Parameter pattern: Must not match the empty text.
  init(_ pattern: Pattern) {
    emit(pattern)
    instructions.append(.match)
    collectFirstSets()
  }

  private mutating func emit(_ pattern: Pattern) {
    switch pattern {
    case .one(let set): instructions.append(.one(set))
    case .sequence(let parts): for part in parts { emit(part) }
    case .either(let parts): emit(alternatives: parts[...])
    case .repeated(let part, let least, let most): emit(part, least: least, most: most)
    case .assert(let assertion): instructions.append(.assert(assertion))
    }
  }

  private mutating func emit(alternatives: ArraySlice<Pattern>) {
    guard let first = alternatives.first else { return }
    guard alternatives.count > 1 else { return emit(first) }
    let fork = reserve()
    emit(first)
    let jump = reserve()
    instructions[fork] = .fork(fork + 1, instructions.count)
    emit(alternatives: alternatives.dropFirst())
    instructions[jump] = .jump(instructions.count)
  }

  private mutating func emit(_ part: Pattern, least: Int, most: Int?) {
    for _ in 0..<least { emit(part) }
    guard let most else {
      let fork = reserve()
      emit(part)
      instructions.append(.jump(fork))
      instructions[fork] = .fork(fork + 1, instructions.count)
      return
    }
    let forks = (least..<most).map { _ in
      let fork = reserve()
      emit(part)
      return fork
    }
    for fork in forks { instructions[fork] = .fork(fork + 1, instructions.count) }
  }

  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }

  private mutating func collectFirstSets() {
    var seen: Set<Int> = []
    var open = [0]
    while let index = open.popLast() {
      guard seen.insert(index).inserted else { continue }
      switch instructions[index] {
      case .one(let set): firstSets.append(set)
      case .assert: open.append(index + 1)
      case .jump(let target): open.append(target)
      case .fork(let first, let second): open += [second, first]
      case .match: preconditionFailure("the pattern matches the empty text")
      }
    }
  }
}
