import CKernels
import Foundation
public import Tensors

extension StoredTensor {
  /// All numbers as `Float`, row-major.
  public func widened() -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
      if let base = buffer.baseAddress { widen(from: 0, count: shape.count, into: base) }
      count = shape.count
    }
  }

  /// Widens `count` numbers from element `start` on.
  package func widen(from start: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    precondition(
      start >= 0 && count >= 0 && start + count <= shape.count, "\(name): \(start)+\(count)")
    let source = bytes + start * format.bytes
    switch format {
    case .float32: memcpy(target, source, count * 4)
    case .float16: px_widen_float16(source, target, count)
    case .bfloat16: px_widen_bfloat16(source, target, count)
    }
  }
}
