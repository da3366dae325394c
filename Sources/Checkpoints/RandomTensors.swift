import Foundation
import Synchronization
public import Tensors

/// Weights of any name and shape, made up on demand: for timing models that are not at hand.
///
/// Matrices get uniform numbers of variance 1 / inputs, so activations keep their size.
public final class RandomTensors: TensorSource {
  private let format: NumberFormat
  /// Tensors of one shape share their memory, as if one layer was repeated.
  private let repeatsLayers: Bool
  private let made = Mutex<[Shape: RandomMemory]>([:])

  public init(format: NumberFormat = .float32, repeatsLayers: Bool = false) {
    precondition(format != .float16, "random weights are fp32 or bf16")
    self.format = format
    self.repeatsLayers = repeatsLayers
  }

  public func contains(_ name: String) -> Bool { true }

  public func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    let known = repeatsLayers ? made.withLock { $0[shape] } : nil
    let memory =
      known
      ?? RandomMemory(
        shape: shape, format: format, seed: UInt32(truncatingIfNeeded: name.hashValue))
    if repeatsLayers { made.withLock { $0[shape] = memory } }
    return StoredTensor(
      name: name, shape: shape, format: format, bytes: UnsafeRawPointer(memory.base), owner: memory)
  }
}

private final class RandomMemory: @unchecked Sendable {
  private let words: Tensor

  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(words.mutablePointer) }

  init(shape: Shape, format: NumberFormat, seed: UInt32) {
    words = Tensor([(shape.count * format.bytes + 3) / 4])
    let base = UnsafeMutableRawPointer(words.mutablePointer)
    let inputs = shape.rank > 1 ? shape.count / shape[0] : 1
    let bound = shape.rank > 1 ? (3 / Float(inputs)).squareRoot() : 0.1
    var state = seed | 1
    for index in 0..<shape.count {
      state ^= state << 13
      state ^= state >> 17
      state ^= state << 5
      let value = bound * (Float(Int32(bitPattern: state)) * 0x1p-31)
      if format == .float32 {
        base.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
      } else {
        base.storeBytes(
          of: UInt16(value.bitPattern >> 16), toByteOffset: 2 * index, as: UInt16.self)
      }
    }
  }
}
