/// Reads a pickle as far as weights need one, without running anything.
///
/// A pickle is a program for a stack machine that builds values. This one knows the instructions of
/// ``PickleOpcode`` and the names of ``TorchGlobal`` and refuses the rest. What it builds is bounded
/// by ``limit``, so that a small file cannot ask for much memory.
struct PickleMachine {
  /// Pickles of published models have about 100 kB; the limit keeps places within 32 bits.
  static let longest = 1 << 30
  /// Bytes of a key, a module or a storage's name.
  static let longestName = 1000

  private(set) var heap: PickleHeap
  private(set) var cursor: ByteCursor
  private var stack: [PickleValue] = []
  /// Heights of the stack.
  private var marks: [Int] = []
  private var memo: [PickleValue?] = []
  /// Values that may be held at once, in the stack, the memo and the heap together.
  private let limit: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, limit: Int) {
    let visible = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.longest))
    heap = PickleHeap(visible)
    cursor = ByteCursor(visible, at: position)
    self.limit = limit
  }

  /// Reads up to the end of one pickle.
  ///
  /// - Returns: The value it builds; its parts are in ``heap``.
  mutating func run() throws(TorchFault) -> PickleValue {
    while true {
      let place = cursor.position
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw .forbiddenOpcode(PickleOpcode.name(of: byte), at: place)
      }
      if opcode == .stop {
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty else { throw damage("values that nothing takes") }
        return result
      }
      try perform(opcode)
      guard stack.count + marks.count + memo.count + heap.cells <= limit else {
        throw .tooMany("values in its pickle", limit: limit)
      }
    }
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(TorchFault) {
    switch opcode {
    case .proto: _ = try cursor.byte()
    case .stop: break
    case .mark: marks.append(stack.count)
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.integer(Int(try cursor.number(Int32.self))))
    case .binInt1: stack.append(.integer(Int(try cursor.byte())))
    case .binInt2: stack.append(.integer(Int(try cursor.number(UInt16.self))))
    case .long1: stack.append(try long(Int(try cursor.byte())))
    case .binFloat:
      _ = try cursor.skip(8)
      stack.append(.number)
    case .binUnicode: stack.append(try text(Int(try cursor.number(UInt32.self))))
    case .shortBinString: stack.append(try text(Int(try cursor.byte())))
    case .emptyTuple: stack.append(makeTuple(0))
    case .tuple: stack.append(makeTuple(try popMark()))
    case .tuple1: stack.append(try tuple(of: 1))
    case .tuple2: stack.append(try tuple(of: 2))
    case .tuple3: stack.append(try tuple(of: 3))
    case .emptyList:
      stack.append(.list(heap.lists))
      heap.lists += 1
    case .append: try append(1)
    case .appends: try append(popMark())
    case .emptyDict: stack.append(makeDictionary())
    case .setItem: try setItems(2)
    case .setItems: try setItems(popMark())
    case .binPut: try put(Int(try cursor.byte()))
    case .longBinPut: try put(Int(try cursor.number(UInt32.self)))
    case .binGet: try get(Int(try cursor.byte()))
    case .longBinGet: try get(Int(try cursor.number(UInt32.self)))
    case .global: try pushGlobal()
    case .reduce: try reduce()
    case .build: try build()
    case .binPersID: try pushStorage()
    }
  }

  // MARK: Stack and memo

  mutating func push(_ value: PickleValue) { stack.append(value) }

  /// Never takes what lies below the last mark.
  mutating func pop() throws(TorchFault) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw damage("an empty stack")
    }
    return value
  }

  /// - Returns: How many values lie above the last mark, which is gone.
  private mutating func popMark() throws(TorchFault) -> Int {
    guard let mark = marks.popLast() else { throw damage("a missing mark") }
    return stack.count - mark
  }

  private mutating func put(_ index: Int) throws(TorchFault) {
    guard let top = stack.last else { throw damage("an empty stack") }
    guard index < limit else { throw .tooMany("values in its pickle", limit: limit) }
    while memo.count <= index { memo.append(nil) }
    memo[index] = top
  }

  private mutating func get(_ index: Int) throws(TorchFault) {
    guard memo.indices.contains(index), let value = memo[index] else {
      throw damage("a value that was never kept")
    }
    stack.append(value)
  }

  func damage(_ reason: String) -> TorchFault { .unreadable(reason, at: cursor.position) }

  // MARK: Building

  private mutating func text(_ count: Int) throws(TorchFault) -> PickleValue {
    let range = try cursor.skip(count)
    return .text(start: UInt32(range.lowerBound), count: UInt32(range.count))
  }

  /// A little-endian integer of so many bytes.
  private mutating func long(_ count: Int) throws(TorchFault) -> PickleValue {
    let range = try cursor.skip(count)
    guard count <= 8 else { return .number }
    var value: UInt64 = 0
    for (place, byte) in cursor.bytes[range].enumerated() { value |= UInt64(byte) << (8 * place) }
    // The last byte has the sign.
    let unused = 64 - 8 * count
    return .integer(count == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> unused))
  }

  private mutating func tuple(of count: Int) throws(TorchFault) -> PickleValue {
    guard stack.count - (marks.last ?? 0) >= count else { throw damage("an empty stack") }
    return makeTuple(count)
  }

  /// Of the last values of the stack.
  private mutating func makeTuple(_ count: Int) -> PickleValue {
    let run = PickleRun(start: UInt32(heap.elements.count), count: UInt32(count))
    heap.elements += stack.suffix(count)
    stack.removeLast(count)
    return .tuple(run)
  }

  mutating func makeDictionary() -> PickleValue {
    defer { heap.dictionaries += 1 }
    return .dictionary(heap.dictionaries)
  }

  /// Puts the last values of the stack into the list below them.
  private mutating func append(_ count: Int) throws(TorchFault) {
    let place = stack.count - count - 1
    guard place >= marks.last ?? 0, case .list(let list) = stack[place] else {
      throw damage("a list that is missing")
    }
    heap.items += stack.suffix(count).map { (list, $0) }
    stack.removeLast(count)
  }

  /// Puts the last values of the stack, a key before each value, into the dictionary below them.
  private mutating func setItems(_ count: Int) throws(TorchFault) {
    let place = stack.count - count - 1
    guard count % 2 == 0, place >= marks.last ?? 0, case .dictionary(let dictionary) = stack[place]
    else { throw damage("a dictionary that is missing") }
    for key in stride(from: place + 1, to: stack.count, by: 2) {
      if case .text(_, let bytes) = stack[key], bytes > Self.longestName {
        throw damage("a name of \(bytes) bytes")
      }
      heap.pairs.append(
        .init(dictionary: dictionary, key: stack[key], value: stack[key + 1]))
    }
    stack.removeLast(count)
  }

  mutating func add(_ storage: PickleHeap.Storage) -> PickleValue {
    heap.storages.append(storage)
    return .storage(UInt32(heap.storages.count - 1))
  }

  mutating func add(_ tensor: PickleHeap.Tensor) -> PickleValue {
    heap.tensors.append(tensor)
    return .tensor(UInt32(heap.tensors.count - 1))
  }

  /// The next name, module and name on a line each.
  mutating func pushGlobal() throws(TorchFault) {
    let module = try cursor.line(limit: Self.longestName)
    let name = try cursor.line(limit: Self.longestName)
    let full = heap.bytes.text(module) + "." + heap.bytes.text(name)
    guard let global = TorchGlobal(full) else { throw .forbiddenGlobal(full) }
    stack.append(.global(global))
  }
}
