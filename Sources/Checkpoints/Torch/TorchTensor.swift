/// A tensor as PyTorch saved it: every element somewhere in a storage.
struct TorchTensor {
  let format: TorchFormat
  let shape: [Int]
  /// In numbers, from one index to the next.
  let strides: [Int]
  /// From the first number on; at least up to the last one.
  let bytes: UnsafeRawBufferPointer
  /// Numbers in it.
  let count: Int

  var byteCount: Int { count * format.bytes }

  /// - Parameters:
  ///   - name: For messages.
  ///   - storage: Of `numbers` numbers.
  ///   - offset: Of the first number.
  /// - Throws: ``TorchFault`` if an element would lie outside of the storage.
  init(
    name: String, format: TorchFormat, storage: UnsafeRawBufferPointer, storageName: String,
    offset: Int, shape: [Int], strides: [Int]
  ) throws(TorchFault) {
    let numbers = storage.count / format.bytes
    let outside = TorchFault.outsideStorage(
      tensor: name, shape: shape, storage: storageName, numbers: numbers)
    guard offset >= 0, offset <= numbers, (shape + strides).allSatisfy({ $0 >= 0 }) else {
      throw outside
    }
    self.format = format
    self.shape = shape
    self.strides = strides
    bytes = UnsafeRawBufferPointer(rebasing: storage[(offset * format.bytes)...])
    guard !shape.contains(0) else {
      count = 0
      return
    }
    var (count, last) = (1, offset)
    for (extent, stride) in zip(shape, strides) {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
      let (reach, isTooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
      guard !isTooLarge, product <= Int.max / 8 else { throw .tooLarge(tensor: name, shape: shape) }
      guard !isTooFar, reach <= numbers - 1 - last else { throw outside }
      (count, last) = (product, last + reach)
    }
    guard last < numbers else { throw outside }
    self.count = count
  }

  /// Whether the numbers lie side by side in the order of their indices.
  var isContiguous: Bool {
    guard count > 0 else { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }

  /// Writes the numbers in the order of their indices, ``byteCount`` bytes.
  func gather(into target: UnsafeMutableRawBufferPointer) {
    guard let source = bytes.baseAddress, let start = target.baseAddress, count > 0 else { return }
    let size = format.bytes
    let (extent, stride) = (shape.last ?? 1, strides.last ?? 1)
    var index = [Int](repeating: 0, count: max(0, shape.count - 1))
    var offset = 0
    var to = start
    for _ in 0..<count / extent {
      var from = source + offset * size
      for _ in 0..<extent {
        to.copyMemory(from: from, byteCount: size)
        to += size
        from += stride * size
      }
      for dimension in index.indices.reversed() {
        index[dimension] += 1
        offset += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        offset -= shape[dimension] * strides[dimension]
        index[dimension] = 0
      }
    }
  }
}
