public import Tensors

/// Where layers get their weights from: a checkpoint, or something that makes them up.
public protocol TensorSource: Sendable {
  func contains(_ name: String) -> Bool

  /// - Throws: ``CheckpointError`` if the tensor is missing or has another shape.
  func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor
}

extension Checkpoint: TensorSource {}
