public import Tensors
import Terminal

/// Which map of edges is to be shown: all that decides how it looks.
public struct ConditionQuestion: Sendable, Equatable {
  public var path: String
  /// hed, canny or none; what is at hand if nil.
  public var edges: String?
  public var strength: Double
  /// What it is fitted for.
  public var model: String
  public var size: String?
  public var bin: Bool
}

/// A condition as it will be used.
public struct ConditionAnswer: Sendable, Equatable {
  /// The picture, fitted.
  public var source: PixelImage
  /// Its edges, as strong as they will be.
  public var edges: PixelImage
  /// Where they came from.
  public var method: String

  public init(source: PixelImage, edges: PixelImage, method: String) {
    self.source = source
    self.edges = edges
    self.method = method
  }
}

/// The condition beside the preview.
struct ConditionView: Sendable, Equatable {
  struct Shown: Sendable, Equatable {
    var source: ScreenImage
    var edges: ScreenImage
    var caption: String
  }

  /// What was asked for last.
  var asked: ConditionQuestion?
  /// What came of it, or of the question before while the answer is on its way.
  var shown: Shown?
}
