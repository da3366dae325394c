extension PickledFile {
  /// Reads the stream that torch.save made before version 1.6.
  ///
  /// Five pickles (a magic number, a version, facts about the machine, the object, the keys of its
  /// storages), then each storage: how many numbers, and the numbers.
  init(legacy file: UnsafeRawBufferPointer) throws(TorchFault) {
    let limit = TorchFile.valueLimit(fileBytes: file.count)
    guard file.starts(with: Self.magic) else { throw Self.stranger(file, limit: limit) }
    var place = Self.magic.count
    func next() throws(TorchFault) -> (value: PickleValue, heap: PickleHeap) {
      var machine = PickleMachine(file, at: place, limit: limit)
      let value = try machine.run()
      place = machine.cursor.position
      return (value, machine.heap)
    }
    guard case (.integer(1001), _) = try next() else {
      throw .unreadable("an unknown version of torch.save", at: place)
    }
    let machine = try next()
    if case .dictionary(let facts) = machine.value,
      machine.heap.entries(of: facts)["little_endian"] == .bool(false)
    {
      throw .bigEndian
    }
    (root, heap) = try next()
    let keys = try next()
    guard case .list(let list) = keys.value else {
      throw .unreadable("storages without a list", at: place)
    }
    storages = try Self.storages(
      keys.heap.items(of: list).map { key in
        if case .text(let start, let count) = key { return keys.heap.text(start, count) }
        return ""
      }, of: heap, in: file, at: place)
  }

  /// `PROTO 2`, the number 0x1950a86a20f9469cfc6c, `STOP`.
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Why a file with another beginning is none, by what it would have Python do first.
  private static func stranger(_ file: UnsafeRawBufferPointer, limit: Int) -> TorchFault {
    var machine = PickleMachine(file, limit: limit)
    do throws(TorchFault) {
      return .noCheckpoint(found: "a pickle of \(try machine.run().kind)")
    } catch {
      switch error {
      case .forbiddenGlobal, .forbiddenOpcode: return error
      default: return .noCheckpoint(found: "nothing that torch.save writes")
      }
    }
  }

  private static func storages(
    _ keys: [String], of heap: PickleHeap, in file: UnsafeRawBufferPointer, at place: Int
  ) throws(TorchFault) -> [String: UnsafeRawBufferPointer] {
    var expected: [String: PickleHeap.Storage] = [:]
    for storage in heap.storages {
      let key = heap.bytes.text(storage.key)
      if let other = expected[key],
        other.count != storage.count || other.format != storage.format
      {
        throw .wrongStorageSize(
          storage: key, needed: storage.count * storage.format.bytes,
          found: other.count * other.format.bytes)
      }
      expected[key] = storage
    }
    var storages: [String: UnsafeRawBufferPointer] = [:]
    var place = place
    for key in keys {
      guard let storage = expected[key], storages[key] == nil else {
        throw .unreadable("a storage \(key.quoted) that no tensor or another one has", at: place)
      }
      let size = storage.count * storage.format.bytes
      guard file.count - place >= 8, size <= file.count - place - 8 else {
        throw .truncated(
          needed: place.addingReportingOverflow(8).partialValue
            .addingReportingOverflow(size).partialValue, found: file.count)
      }
      let count = file.loadUnaligned(fromByteOffset: place, as: Int64.self).littleEndian
      guard count == storage.count else {
        throw .wrongStorageSize(
          storage: key, needed: size,
          found: Int(count).multipliedReportingOverflow(by: storage.format.bytes).partialValue)
      }
      storages[key] = UnsafeRawBufferPointer(rebasing: file[place + 8..<place + 8 + size])
      place += 8 + size
    }
    return storages
  }
}
