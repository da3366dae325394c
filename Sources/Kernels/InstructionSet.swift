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

  /// A variable that names the set to use at most, also where the processor has more.
  public static let environmentName = "PIXART_INSTRUCTIONS"

  /// As the environment names it, such as `avx2`.
  public var name: String { String(cString: px_level_name(px_level(rawValue))) }

  /// Says that the environment asks for a set that there is not; nil if all is well.
  ///
  /// - Parameter value: Of ``environmentName``.
  public static func fault(inEnvironment value: String?) -> String? {
    guard let value, !allCases.contains(where: { $0.name == value }) else { return nil }
    return "\(environmentName) is '\(value)'. It takes the instructions to use at most: "
      + allCases.map(\.name).joined(separator: ", ") + "."
  }

  /// The best this processor has, but for what the environment rules out.
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
