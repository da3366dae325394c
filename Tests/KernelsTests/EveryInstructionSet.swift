import Kernels

/// Runs `body` with each instruction set this processor has, from portable C up.
func withEveryInstructionSet(_ body: (InstructionSet) throws -> Void) rethrows {
  defer { InstructionSet.use(.best) }
  for set in InstructionSet.allCases where set <= .best {
    InstructionSet.use(set)
    try body(set)
  }
}

/// Repeatable numbers in -1 ..< 1.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2 &+ 1 }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 33) &- (1 << 30)) / Float(1 << 30)
  }

  mutating func take(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
