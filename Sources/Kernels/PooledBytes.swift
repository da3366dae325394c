import Tensors

/// Bytes of the tensors' pool: for weights that are on their way to a file, or small.
final class PooledBytes: @unchecked Sendable {
  private let words: Tensor
  private let count: Int

  init(count: Int) {
    words = Tensor([(count + 3) / 4])
    self.count = count
  }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(words.pointer), count: count)
  }
}
