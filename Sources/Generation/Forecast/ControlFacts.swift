public import Conditioning

/// What of a condition and its ControlNet decides time and memory.
public struct ControlFacts: Sendable, Equatable {
  /// Blocks that are copied.
  public var copies: Int
  /// Bytes of the ControlNet's tensors.
  public var bytes: Int
  /// Steps of a picture that are led.
  public var ledSteps: Int
  public var edges: EdgeSource

  public init(copies: Int, bytes: Int, ledSteps: Int, edges: EdgeSource) {
    self.copies = copies
    self.bytes = bytes
    self.ledSteps = ledSteps
    self.edges = edges
  }

  /// Multiply-adds of HED for a pixel: what its convolutions at five resolutions take.
  private static let hedWork = 305_856.0

  /// Operations of finding the edges in a picture.
  func edgeOperations(_ size: PictureSize) -> Double {
    edges == .hed ? 2 * Self.hedWork * Double(size.width * size.height) : 0
  }

  /// Bytes of HED's largest maps: two of 64 channels at full size, and a copy.
  func edgeBytes(_ size: PictureSize) -> Int {
    edges == .hed ? 3 * 64 * 4 * size.width * size.height : 0
  }
}
