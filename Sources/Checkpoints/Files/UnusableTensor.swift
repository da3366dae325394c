/// A tensor that is in the file but in no format that networks here compute with.
public struct UnusableTensor: Sendable, Equatable, CustomStringConvertible {
  public let name: String
  /// As the file spells it, such as `I64`.
  public let format: String
  public let dimensions: [Int]

  /// Such as `I64 [3]`.
  public var description: String { "\(format) \(dimensions)" }
}
