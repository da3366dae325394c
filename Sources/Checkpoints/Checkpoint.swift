public import Tensors

/// The tensors of one part of a model, by name; from one file, several shards or memory.
public struct Checkpoint: Sendable {
  /// Where it came from, for messages: a path, or what made it.
  public let source: String
  private let tensors: [String: StoredTensor]

  public init(source: String, tensors: [String: StoredTensor]) {
    self.source = source
    self.tensors = tensors
  }

  public var names: [String] { tensors.keys.sorted() }

  /// All tensors, in no order.
  public var all: some Collection<StoredTensor> { tensors.values }

  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// - Throws: ``CheckpointError/missingTensor(name:source:nearest:)``.
  public func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
    guard let tensor = tensors[name] else {
      throw .missingTensor(name: name, source: source, nearest: nearest(to: name))
    }
    return tensor
  }

  /// - Throws: ``CheckpointError`` if the tensor is missing or has another shape.
  public func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    let tensor = try tensor(name)
    guard tensor.shape == shape else {
      throw .wrongShape(name: name, source: source, expected: shape, found: tensor.shape)
    }
    return tensor
  }

  /// The existing name with the fewest edits, if it is close.
  private func nearest(to name: String) -> String? {
    let candidates = tensors.keys.filter { abs($0.utf8.count - name.utf8.count) <= 8 }
    let best = candidates.map { (editDistance($0, name), $0) }.min { $0 < $1 }
    return best.flatMap { $0.0 <= max(2, name.utf8.count / 3) ? $0.1 : nil }
  }
}
