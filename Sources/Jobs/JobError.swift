import Conditioning
import Kernels
import Schedulers

/// What is wrong with a request as it was written.
public enum JobError: Error, Equatable, CustomStringConvertible {
  case unreadableSize(String)
  case unknownSampler(String)
  case unknownPrecision(String)
  case unknownEdges(String)
  case controlWithoutCondition

  public var description: String {
    switch self {
    case .unreadableSize(let text):
      "The size is '\(text)', but width and height in pixels were needed, such as 512x768."
    case .unknownSampler(let name):
      "There is no sampler '\(name)'. The samplers are \(Self.samplers)."
    case .unknownPrecision(let name):
      "There is no precision '\(name)'. There are \(Self.precisions)."
    case .unknownEdges(let name):
      "Edges cannot come from '\(name)'. There are \(Self.edges)."
    case .controlWithoutCondition:
      "A ControlNet was asked for without a picture whose edges it follows. Give one with "
        + "--condition."
    }
  }

  private static let edges = EdgeSource.allCases.map(\.rawValue).joined(separator: ", ")
  private static let precisions = Precision.allCases.map(\.rawValue).joined(separator: ", ")
  private static let samplers = SamplerName.allCases.map(\.rawValue).joined(separator: ", ")
}
