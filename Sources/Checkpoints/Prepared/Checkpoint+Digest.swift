import Tensors

extension Checkpoint {
  /// Tells these weights from other ones, whatever their files are called.
  ///
  /// SHA-256 over the tensors in the order of their names: of each its name, shape, number format and
  /// a kilobyte of its beginning, middle and end. So a download that was cut short is told from a
  /// whole one, and a megabyte has to be read.
  package var digest: String {
    var hash = SHA256()
    for tensor in all.sorted(by: { $0.name < $1.name }) {
      hash.add("\(tensor.name) \(tensor.shape) \(tensor.format.rawValue)\n")
      let count = min(1024, tensor.byteCount)
      for start in [0, (tensor.byteCount - count) / 2, tensor.byteCount - count] {
        hash.add(UnsafeRawBufferPointer(start: tensor.bytes + start, count: count))
      }
    }
    return hash.hexadecimal
  }
}
