/// The named tensors of a checkpoint, wherever in it they lie.
struct StateDictionary {
  let tensors: [String: TorchTensor]
  /// Keys on the way to them.
  let path: [String]

  /// Names that training programs give them, the best first: averaged weights make better pictures.
  private static let keys = ["state_dict_ema", "ema", "state_dict", "model", "module"]
  private static let deepest = 8

  init(_ file: PickledFile) throws(TorchFault) {
    guard case .dictionary(var dictionary) = file.root else {
      throw .noCheckpoint(found: file.root.kind)
    }
    var path: [String] = []
    var entries = file.heap.entries(of: dictionary)
    while !entries.values.contains(where: \.isTensor) {
      guard path.count < Self.deepest,
        let key = Self.keys.first(where: { entries[$0]?.isDictionary ?? false }),
        case .dictionary(let inner)? = entries[key]
      else { throw .noCheckpoint(found: Self.kind(of: entries)) }
      path.append(key)
      dictionary = inner
      entries = file.heap.entries(of: dictionary)
    }
    self.path = path
    var tensors: [String: TorchTensor] = [:]
    for (name, value) in entries {
      guard case .tensor(let number) = value else { continue }
      tensors[name] = try file.tensor(number, name: name)
    }
    self.tensors = tensors
  }

  private static func kind(of entries: [String: PickleValue]) -> String {
    entries.isEmpty
      ? "an empty dictionary" : "a dictionary of \(entries.keys.sorted().listed(or: "nothing"))"
  }
}

extension PickledFile {
  fileprivate func tensor(_ number: UInt32, name: String) throws(TorchFault) -> TorchTensor {
    let tensor = heap.tensors[Int(number)]
    let storage = heap.storages[Int(tensor.storage)]
    let key = heap.bytes.text(storage.key)
    guard var bytes = storages[key] else { throw .missingEntry(key) }
    if let view = storage.view {
      let size = storage.format.bytes
      bytes = UnsafeRawBufferPointer(
        rebasing: bytes[view.lowerBound * size..<view.upperBound * size])
    }
    return try TorchTensor(
      name: name, format: storage.format, storage: bytes, storageName: key,
      offset: tensor.offset, shape: heap.integers(tensor.shape) ?? [],
      strides: heap.integers(tensor.strides) ?? [])
  }
}

extension PickleValue {
  fileprivate var isTensor: Bool {
    if case .tensor = self { true } else { false }
  }

  fileprivate var isDictionary: Bool {
    if case .dictionary = self { true } else { false }
  }
}
