public import Kernels

/// What a model's products are computed in, and why.
public struct PrecisionChoice: Sendable, Equatable, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    /// The request names it.
    case asked
    /// A run goes on as it was begun.
    case begun
    /// The narrowest that gains time on this device and is hardly told from fp32.
    case usual
    /// The model is too small to gain from less than fp32.
    case smallModel
    /// The device has no instructions for bf16.
    case noInstructions
  }

  public let precision: Precision
  public let reason: Reason
  /// Whether the device has instructions for ``precision``.
  public let hasInstructions: Bool
  /// The device's, such as `AVX2`.
  private let instructions: String

  init(_ precision: Precision, _ reason: Reason, on device: any Device) {
    self.precision = precision
    self.reason = reason
    hasInstructions = device.hasInstructions(for: precision)
    instructions = device.instructions
  }

  /// As a request or a benchmark asks for.
  public static func asked(_ precision: Precision, on device: any Device) -> PrecisionChoice {
    PrecisionChoice(precision, .asked, on: device)
  }

  /// Whether other instructions would have made it another one, or quicker.
  public var lacksInstructions: Bool { !hasInstructions || reason == .noInstructions }

  /// Such as `fp32, as this processor has no instructions for bf16 (AVX2)`.
  public var description: String {
    let why =
      switch reason {
      case .asked: "as asked for"
      case .begun: "as it was begun"
      case .usual: "which this processor has instructions for (\(instructions))"
      case .smallModel: "as the model is too small to gain from less"
      case .noInstructions: "as this processor has no instructions for bf16 (\(instructions))"
      }
    let lack = ", though this processor has no instructions for it (\(instructions))"
    return "\(precision), \(why)\(hasInstructions ? "" : lack)"
  }
}
