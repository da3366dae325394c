public import Foundation

/// A ControlNet that comes with a model: in the folder `controlnet` beside `transformer`, or in the
/// very file of a published ControlNet, which holds its transformer too.
extension ModelFolder {
  /// Where it is, if there is one.
  public var ownControlNet: URL? {
    if let file { return fileHoldsControlNet ? file : nil }
    let part = folder.appending(path: "controlnet")
    return (try? Checkpoint.weightsFile(in: part)) == nil ? nil : part
  }
}
