public import Tensors

/// The tensors of one part of a model, by name; from one file, several shards or memory.
public struct Checkpoint: Sendable {
  /// Where it came from, for messages: a path, or what made it.
  public let source: String
  private var tensors: [String: StoredTensor]
  private var unusableTensors: [String: UnusableTensor]

  public init(source: String, tensors: [String: StoredTensor]) {
    self.init(source: source, tensors: tensors, unusable: [:])
  }

  init(source: String, tensors: [String: StoredTensor], unusable: [String: UnusableTensor]) {
    self.source = source
    self.tensors = tensors
    unusableTensors = unusable
  }

  public var names: [String] { tensors.keys.sorted() }

  /// All tensors, in no order.
  public var all: some Collection<StoredTensor> { tensors.values }

  /// Tensors in formats that nothing here computes with, by name.
  public var unusable: [UnusableTensor] { unusableTensors.values.sorted { $0.name < $1.name } }

  /// Gives back the memory of numbers that can be read from their files again; they stay usable.
  package func letGo() {
    for tensor in tensors.values { tensor.letGo() }
  }

  public func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// - Throws: ``CheckpointError`` if the tensor is missing or in a format of no use.
  public func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
    if let tensor = tensors[name] { return tensor }
    if let unusable = unusableTensors[name] {
      throw .unusableTensor(source: source, found: unusable)
    }
    throw .missingTensor(name: name, source: source, nearest: nearest(to: name))
  }

  /// - Throws: ``CheckpointError`` if the tensor is missing or has another shape.
  public func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    let tensor = try tensor(name)
    guard tensor.shape == shape else {
      throw .wrongShape(name: name, source: source, expected: shape, found: tensor.shape)
    }
    return tensor
  }

  subscript(name: String) -> StoredTensor? { tensors[name] }

  /// Puts a tensor in the place of one with its name.
  mutating func set(_ tensor: StoredTensor) { tensors[tensor.name] = tensor }

  /// Takes one tensor over from another checkpoint.
  ///
  /// - Returns: Whether that holds it.
  mutating func adopt(_ name: String, from other: Checkpoint?) -> Bool {
    if let tensor = other?.tensors[name] {
      tensors[name] = tensor
    } else if let tensor = other?.unusableTensors[name] {
      unusableTensors[name] = tensor
    } else {
      return false
    }
    return true
  }

  /// The existing name with the fewest edits, if it is close.
  func nearest(to name: String) -> String? {
    closest(to: name, among: tensors.keys)
  }
}
