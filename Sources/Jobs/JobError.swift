import Kernels
import Schedulers

/// What is wrong with a request as it was written.
public enum JobError: Error, Equatable, CustomStringConvertible {
  case unreadableSize(String)
  case unknownSampler(String)
  case unknownPrecision(String)

  public var description: String {
    switch self {
    case .unreadableSize(let text):
      "The size is '\(text)', but width and height in pixels were needed, such as 512x768."
    case .unknownSampler(let name):
      "There is no sampler '\(name)'. The samplers are \(Self.samplers)."
    case .unknownPrecision(let name):
      "There is no precision '\(name)'. There are \(Self.precisions)."
    }
  }

  private static let precisions = Precision.allCases.map(\.rawValue).joined(separator: ", ")
  private static let samplers = SamplerName.allCases.map(\.rawValue).joined(separator: ", ")
}
