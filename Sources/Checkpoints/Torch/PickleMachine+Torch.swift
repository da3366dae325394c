/// What torch.save's pickles call, understood instead of called.
extension PickleMachine {
  /// A name and its arguments become what Python's function would give.
  mutating func reduce() throws(TorchFault) {
    let arguments = try pop()
    let callee = try pop()
    guard case .tuple(let run) = arguments, case .global(let global) = callee else {
      throw damage("a call of \(callee.kind)")
    }
    switch global {
    case .orderedDictionary:
      guard run.count == 0 else { throw damage("an OrderedDict with arguments") }
      push(makeDictionary())
    case .rebuildTensor: push(try tensor(run))
    case .rebuildParameter:
      guard let first = heap.elements(run).first, case .tensor = first else {
        throw damage("a parameter without a tensor")
      }
      push(first)
    case .storage: throw damage("a call of a storage's type")
    }
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`.
  private mutating func tensor(_ run: PickleRun) throws(TorchFault) -> PickleValue {
    guard (4...7).contains(run.count), case let arguments = Array(heap.elements(run)),
      case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      case .tuple(let shape) = arguments[2], case .tuple(let strides) = arguments[3],
      shape.count == strides.count, shape.count <= 32,
      heap.integers(shape) != nil, heap.integers(strides) != nil
    else { throw damage("odd arguments of a tensor") }
    return add(
      PickleHeap.Tensor(storage: storage, offset: offset, shape: shape, strides: strides))
  }

  /// The state of an object: only what a module notes in its dictionary, of no use here.
  mutating func build() throws(TorchFault) {
    _ = try pop()
    let object = try pop()
    guard case .dictionary = object else { throw damage("a state for \(object.kind)") }
    push(object)
  }

  /// What the pickle says about a storage, whose numbers lie elsewhere in the file.
  mutating func pushStorage() throws(TorchFault) {
    let reference = try pop()
    guard case .tuple(let run) = reference, run.count == 5 || run.count == 6 else {
      throw damage("an odd storage")
    }
    let parts = Array(heap.elements(run))
    guard case .text(let start, 7) = parts[0], heap.text(start, 7) == "storage",
      case .global(.storage(let format)) = parts[1], case .text(let key, let length) = parts[2],
      length <= PickleMachine.longestName, case .integer(let numbers) = parts[4], numbers >= 0,
      numbers <= Int.max / format.bytes
    else { throw damage("an odd storage") }
    push(
      add(
        PickleHeap.Storage(
          format: format, key: Int(key)..<Int(key) + Int(length), count: numbers,
          view: try view(parts.count == 6 ? parts[5] : .none, of: numbers))))
  }

  /// `(key, offset, numel)`: the part of a storage that another one was.
  private func view(_ value: PickleValue, of numbers: Int) throws(TorchFault) -> Range<Int>? {
    guard value != .none else { return nil }
    guard case .tuple(let run) = value, run.count == 3,
      case let parts = Array(heap.elements(run)),
      case .integer(let offset) = parts[1], case .integer(let count) = parts[2],
      offset >= 0, offset <= numbers, count >= 0, count <= numbers - offset
    else { throw damage("an odd view of a storage") }
    return offset..<offset + count
  }
}
