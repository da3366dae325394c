import Checkpoints
public import Conditioning
public import Tensors

/// A picture whose edges lead another one, and how.
public struct ControlRequest: Sendable, Equatable {
  /// The ControlNet's name or file; the one that comes with the model if nil.
  public var network: String?
  /// As it is in its file; it is fitted to the size that pictures are made at.
  public var condition: PixelImage
  /// HED where there is such a network, else Canny, if nil.
  public var edges: EdgeSource?
  /// What edges are multiplied by: the official code's only knob.
  public var strength = 1.0
  /// What the ControlNet's results are multiplied by.
  public var scale = 1.0
  /// The steps that are led; those outside cost nothing.
  public var span = ControlSpan()

  /// Of ``strength`` and ``scale``.
  public static let factors = 0.0...4.0

  public init(condition: PixelImage) { self.condition = condition }

  /// - Throws: ``ControlError`` for numbers that cannot be.
  public static func check(strength: Double, scale: Double, span: ControlSpan)
    throws(ControlError)
  {
    guard factors.contains(strength) else { throw .strengthOutOfRange(strength) }
    guard factors.contains(scale) else { throw .scaleOutOfRange(scale) }
    guard 0 <= span.start, span.start < span.end, span.end <= 1 else {
      throw .spanOutOfRange(span.start, span.end)
    }
  }

  /// The trained size whose shape is nearest to the condition's, where no size is asked for; nil for
  /// models without such sizes.
  ///
  /// - Parameter factor: Pixels a latent pixel covers.
  func size(of transformer: TransformerConfiguration, factor: Int) -> PictureSize? {
    guard factor == 8, transformer.patchSize == 2,
      let bins = ResolutionBins(sampleSize: transformer.sampleSize)
    else { return nil }
    let bin = bins.closest(height: condition.height, width: condition.width)
    return PictureSize(width: bin.width, height: bin.height)
  }
}

/// The part of a run that a ControlNet leads.
public struct ControlSpan: Sendable, Equatable {
  /// The share of the steps after which it begins.
  public var start: Double
  /// The share of the steps after which it ends.
  public var end: Double

  public init(start: Double = 0, end: Double = 1) {
    self.start = start
    self.end = end
  }

  /// Whether a step lies within it: as diffusers has it, as a whole.
  ///
  /// - Parameters:
  ///   - before: The share of the steps before it.
  ///   - after: The same with it.
  func covers(from before: Double, to after: Double) -> Bool {
    // Thirds and the like are rounded.
    before >= start - 1e-9 && after <= end + 1e-9
  }
}

/// Why a request with a condition cannot be done.
public enum ControlError: Error, Equatable, CustomStringConvertible {
  case strengthOutOfRange(Double)
  case scaleOutOfRange(Double)
  case spanOutOfRange(Double, Double)
  case tooSmallForEdges(PictureSize, least: Int)

  public var description: String {
    switch self {
    case .strengthOutOfRange(let strength):
      "Control strength \(strength) was asked for, but edges are multiplied by 0 to 4. "
        + "1 is how the network was trained."
    case .scaleOutOfRange(let scale):
      "Control scale \(scale) was asked for, but it must be between 0 and 4. "
        + "1 is how the network was trained, 0 turns it off."
    case .spanOutOfRange(let start, let end):
      "Control from \(start) to \(end) of the steps was asked for, but it begins and ends between 0 "
        + "and 1, and ends after it begins. Change --control-start or --control-end."
    case .tooSmallForEdges(let size, let least):
      "HED needs pictures of at least \(least) pixels a side, but \(size) was asked for. "
        + "Choose a larger --size, or --edges canny."
    }
  }
}

/// How a picture was led, for its recipe.
public struct ControlSummary: Sendable, Equatable {
  /// The ControlNet's name.
  public let network: String
  /// Tells its weights from other ones.
  public let hash: String
  /// Also where the request left it open.
  public let edges: EdgeSource
  /// Of the condition as it is in its file.
  public let conditionDigest: String
}
