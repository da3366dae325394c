/// An adapter that can be chosen, as far as the screen has to know it.
public struct AdapterOffer: Sendable, Equatable {
  public var name: String
  /// What it is, or why it cannot be used.
  public var summary: String

  public init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}
