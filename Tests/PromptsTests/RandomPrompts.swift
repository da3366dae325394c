@testable import Prompts

/// Short texts full of marks, the same ones for a seed.
struct RandomPrompts {
  private static let pieces = [
    "{", "}", "|", "(", ")", ":", "1.2", "9", "__", "_", "\\", "a", "fox", " ", "\n", "é", "狐",
    "🏳️‍🌈", "\u{301}", "/", "(a:1.5)", "{x|y}", "__w__", "-", ".", "0",
  ]

  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func next() -> String {
    let count = generator.next(below: 14)
    return (0..<count).map { _ in Self.pieces[generator.next(below: Self.pieces.count)] }.joined()
  }
}
