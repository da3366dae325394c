public import Foundation
public import Tensors

/// What a model is, what it takes and what is wrong with it, read from headers only.
public struct ModelInspection: Sendable {
  public struct Part: Sendable {
    public let part: ModelPart
    public let folder: URL
    /// Name of the model it is borrowed from.
    public let lender: String?
    /// As its configuration names it.
    public let className: String?
    public let parameters: Int
    /// Parameters by number format.
    public let formats: [NumberFormat: Int]
    /// Of its tensors, as stored.
    public let weightBytes: Int
    /// Of all files in its folder.
    public let diskBytes: Int
    /// Working memory at the model's native size, besides the weights.
    public let activationBytes: Int
    /// Why it cannot be used; empty if it can.
    public let problems: [String]
    /// What is odd about it but does no harm.
    public let notes: [String]
  }

  public let model: ModelFolder
  /// Side in pixels that the transformer was trained at; nothing if that cannot be told.
  public let nativeSize: Int?
  public let parts: [Part]

  public init(_ model: ModelFolder) {
    self.model = model
    let transformer = try? TransformerConfiguration(model.configuration(.transformer))
    nativeSize = transformer?.nativeSize
    let size = nativeSize ?? 1024
    parts = ModelPart.allCases.compactMap { part in
      model.parts[part].map { PartInspector(model: model, part: part, size: size).part(at: $0) }
    }
  }

  public var maxTokens: Int { model.family.maxTokens }

  public var parameters: Int { parts.reduce(0) { $0 + $1.parameters } }

  public var diskBytes: Int { parts.reduce(0) { $0 + $1.diskBytes } }

  /// Memory for one picture of native size if each part leaves memory when its work is done:
  /// the largest part with its working memory.
  public var peakBytes: Int { parts.map { $0.weightBytes + $0.activationBytes }.max() ?? 0 }

  /// Memory if all parts stay: all weights and the largest working memory.
  public var residentBytes: Int {
    parts.reduce(0) { $0 + $1.weightBytes } + (parts.map(\.activationBytes).max() ?? 0)
  }

  /// All faults, each with the part it is in; none means that the model can be used.
  public var problems: [String] {
    let own = parts.flatMap { part in part.problems.map { "\(part.part.title): \($0)" } }
    let missing = model.missing
    return missing.isEmpty ? own : ["missing: \(missing.titles)"] + own
  }
}
