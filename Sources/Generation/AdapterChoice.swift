public import Checkpoints

/// An adapter as a request names it, or as a picture was made with.
public struct AdapterChoice: Sendable, Equatable, CustomStringConvertible {
  /// A path, or a name known to the model library.
  public var name: String
  /// How much of it is added: 1 is all, 0 nothing, below 0 its opposite.
  public var scale: Double
  /// See ``Checkpoints/Adapter/hash``; a request without it takes whatever is there.
  public var hash: String?

  public init(_ name: String, scale: Double = 1, hash: String? = nil) {
    self.name = name
    self.scale = scale
    self.hash = hash
  }

  public var description: String { "\(name):\(scale)" + (hash.map { " \($0)" } ?? "") }

  /// Refuses scales that only a slip of the hand asks for.
  public static func check(scale: Double) throws(AdapterError) {
    guard (-100...100).contains(scale) else { throw .scaleOutOfRange(scale) }
  }
}
