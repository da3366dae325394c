extension PickledFile {
  /// Reads the archive that torch.save makes since version 1.6: `TOP/data.pkl`, `TOP/data/KEY`.
  init(zip file: UnsafeRawBufferPointer) throws(TorchFault) {
    let directory = try ZipDirectory(file)
    let pickles = directory.entries.keys.filter {
      $0.hasSuffix("/data.pkl") && $0.utf8.count { $0 == UInt8(ascii: "/") } == 1
    }
    guard let pickle = pickles.first, pickles.count == 1, let place = directory.entries[pickle]
    else { throw .missingEntry("data.pkl") }
    let top = pickle.dropLast("data.pkl".count)
    if let order = directory.entries[top + "byteorder"],
      !file[order].elementsEqual("little".utf8)
    {
      throw .bigEndian
    }
    var machine = PickleMachine(
      UnsafeRawBufferPointer(rebasing: file[place]),
      limit: TorchFile.valueLimit(fileBytes: file.count))
    root = try machine.run()
    heap = machine.heap
    var storages: [String: UnsafeRawBufferPointer] = [:]
    for storage in heap.storages {
      let key = heap.bytes.text(storage.key)
      guard let place = directory.entries["\(top)data/\(key)"] else {
        throw .missingEntry("\(top)data/\(key)")
      }
      guard place.count == storage.count * storage.format.bytes else {
        throw .wrongStorageSize(
          storage: key, needed: storage.count * storage.format.bytes, found: place.count)
      }
      storages[key] = UnsafeRawBufferPointer(rebasing: file[place])
    }
    self.storages = storages
  }
}
