import Tensors

extension ModelFolder {
  /// Tells these weights from other ones, whatever the folder is called: 16 hexadecimal digits.
  ///
  /// SHA-256 over the transformer's, the autoencoder's and the text encoder's tensors in the order of
  /// their names: of each its name, shape, number format and first kilobyte: what training changes shows there, and no
  /// more than a few megabytes have to be read. A part that cannot be read counts as
  /// absent.
  public var weightsHash: String {
    var hash = SHA256()
    for part in [ModelPart.transformer, .autoencoder, .textEncoder] {
      hash.add("\(part.rawValue)\n")
      guard let weights = try? checkpoint(part) else { continue }
      hash.add(weightsOf: weights)
    }
    return String(hash.hexadecimal.prefix(16))
  }
}

extension SHA256 {
  /// What tells a checkpoint's tensors from other ones, in the order of their names.
  mutating func add(weightsOf checkpoint: Checkpoint) {
    for tensor in checkpoint.all.sorted(by: { $0.name < $1.name }) {
      add("\(tensor.name) \(tensor.shape) \(tensor.format.rawValue)\n")
      add(tensor.leadingBytes(1024))
    }
  }
}

extension StoredTensor {
  fileprivate func leadingBytes(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes, count: min(count, byteCount))
  }
}
