import Foundation
public import Checkpoints
public import Conditioning
public import Kernels
public import Tensors

/// Turns pictures into maps of edges, in a way that is asked for or suits what is at hand.
public struct EdgeDetector: Sendable {
  public let source: EdgeSource
  /// HED's weights.
  private let network: URL?
  private let device: any Device

  /// - Parameters:
  ///   - asked: HED where there is such a network, else Canny, if nil.
  ///   - library: Where HED is looked for.
  /// - Throws: ``ControlNetError/noEdgeDetector(places:)``.
  public init(_ asked: EdgeSource?, library: ModelLibrary, device: any Device) throws {
    let network = asked == nil || asked == .hed ? library.edgeDetector : nil
    if asked == .hed, network == nil {
      throw ControlNetError.noEdgeDetector(places: library.places.map(\.path))
    }
    source = asked ?? (network == nil ? .canny : .hed)
    self.network = network
    self.device = device
  }

  /// - Parameters:
  ///   - picture: Fitted to the size that is wanted.
  ///   - progress: Called with the share of the work that is done, where it takes a while.
  /// - Throws: `CancellationError`, ``ControlError``, ``CheckpointError``.
  public func edges(
    of picture: PixelImage, cancellation: Cancellation, progress: (Double) -> Void = { _ in }
  ) throws -> EdgeMap {
    try cancellation.check()
    guard let network, source == .hed else {
      return source == .none ? EdgeMap(brightnessOf: picture) : Canny()(picture)
    }
    guard min(picture.width, picture.height) >= HEDNetwork.leastSide else {
      throw ControlError.tooSmallForEdges(
        PictureSize(width: picture.width, height: picture.height), least: HEDNetwork.leastSide)
    }
    // The weights are mapped; they are used once a picture.
    let hed = try HEDNetwork(Weights(Checkpoint(file: network), device: device))
    return try hed(picture, cancellation: cancellation, progress: progress)
  }
}
