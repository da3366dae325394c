import CKernels

/// The vector instructions that the C kernels use, in rising order.
public enum InstructionSet: UInt32, Sendable, CaseIterable, Comparable, CustomStringConvertible {
  case portable = 0
  case avx2 = 1
  case avx512 = 2
  /// With dot products of 8-bit integers.
  case avx512vnni = 3
  /// With those and dot products of bfloat16.
  case avx512bf16 = 4

  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }

  /// The best this processor has.
  public static var best: InstructionSet { Self(px_best_level()) }

  public static var current: InstructionSet { Self(px_current_level()) }

  /// Takes another set for the whole process, at most ``best``; for tests and benchmarks.
  public static func use(_ set: InstructionSet) { px_set_level(px_level(set.rawValue)) }

  private init(_ level: px_level) { self = InstructionSet(rawValue: level.rawValue) ?? .portable }

  public var description: String {
    switch self {
    case .portable: "portable"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .avx512vnni: "AVX-512 VNNI"
    case .avx512bf16: "AVX-512 VNNI and BF16"
    }
  }
}
