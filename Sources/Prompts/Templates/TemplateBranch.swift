/// Text and choices one after the other: a whole template, an alternative, a wildcard's entry.
struct TemplateBranch: Equatable, Sendable {
  enum Part: Equatable, Sendable {
    case text(String)
    case choice(TemplateChoice)
  }

  private(set) var parts: [Part] = []
  /// Prompts it stands for; stays at `Int.max` once it would be more.
  private(set) var count = 1
  /// How many choices lie in each other at most.
  private(set) var depth = 0

  var isFixed: Bool { depth == 0 }

  mutating func append(_ text: String) {
    if !text.isEmpty { parts.append(.text(text)) }
  }

  mutating func append(_ choice: TemplateChoice) {
    parts.append(.choice(choice))
    let (product, overflows) = count.multipliedReportingOverflow(by: choice.count)
    count = overflows ? .max : product
    depth = max(depth, choice.depth)
  }

  /// Adds prompt `index`, below ``count``, which is exact.
  func write(_ index: Int, to prompt: inout String) {
    var (rest, below) = (index, count)
    for part in parts {
      switch part {
      case .text(let text):
        prompt += text
      case .choice(let choice):
        below /= choice.count
        choice.write(rest / below, to: &prompt)
        rest %= below
      }
    }
  }

  func write(_ generator: inout SplitMix64, to prompt: inout String) {
    for part in parts {
      switch part {
      case .text(let text): prompt += text
      case .choice(let choice): choice.write(&generator, to: &prompt)
      }
    }
  }
}

/// Alternatives, of which a prompt has one.
struct TemplateChoice: Equatable, Sendable {
  private let branches: [TemplateBranch]
  let count: Int
  let depth: Int

  /// - Parameter branches: At least one.
  init(_ branches: [TemplateBranch]) {
    precondition(!branches.isEmpty, "a choice without alternatives")
    self.branches = branches
    count = branches.reduce(0) { sum, branch in
      let (next, overflows) = sum.addingReportingOverflow(branch.count)
      return overflows ? .max : next
    }
    depth = (branches.map(\.depth).max() ?? 0) + 1
  }

  func write(_ index: Int, to prompt: inout String) {
    var index = index
    for branch in branches {
      if index < branch.count { return branch.write(index, to: &prompt) }
      index -= branch.count
    }
  }

  func write(_ generator: inout SplitMix64, to prompt: inout String) {
    branches[generator.next(below: branches.count)].write(&generator, to: &prompt)
  }
}
