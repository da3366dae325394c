/// A value on a pickle's stack; what has parts lies in a ``PickleHeap`` and is named by number.
///
/// No value holds another one. So values that hold each other, or a million nested ones, cost
/// neither memory that is never freed nor stack.
enum PickleValue: Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A number whose value matters to nobody: a fraction or a very long integer.
  case number
  /// Bytes of the pickle.
  case text(start: UInt32, count: UInt32)
  case tuple(PickleRun)
  case list(UInt32)
  case dictionary(UInt32)
  case global(TorchGlobal)
  case storage(UInt32)
  case tensor(UInt32)

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .text: "a text"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global: "a name"
    case .storage: "a storage without a tensor"
    case .tensor: "one tensor without a name"
    }
  }
}

/// Elements of a tuple in a heap.
struct PickleRun: Equatable {
  let start: UInt32
  let count: UInt32
}

/// Everything that values of a pickle name by number.
struct PickleHeap {
  struct Pair {
    let dictionary: UInt32
    let key: PickleValue
    let value: PickleValue
  }

  /// `('storage', type, key, location, numel)`, and in old files `(key, offset, numel)` of a part.
  struct Storage {
    let format: TorchFormat
    let key: Range<Int>
    /// Numbers, not bytes.
    let count: Int
    /// Of the numbers that the storage is a view of.
    let view: Range<Int>?
  }

  /// Arguments of `_rebuild_tensor_v2`.
  struct Tensor {
    let storage: UInt32
    /// In numbers.
    let offset: Int
    let shape: PickleRun
    let strides: PickleRun
  }

  let bytes: UnsafeRawBufferPointer
  var elements: [PickleValue] = []
  var lists: UInt32 = 0
  var items: [(list: UInt32, value: PickleValue)] = []
  var dictionaries: UInt32 = 0
  var pairs: [Pair] = []
  var storages: [Storage] = []
  var tensors: [Tensor] = []

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How much memory it takes, in values.
  var cells: Int {
    elements.count + 2 * items.count + 3 * pairs.count + 4 * storages.count + 3 * tensors.count
  }

  func elements(_ run: PickleRun) -> ArraySlice<PickleValue> {
    elements[Int(run.start)..<Int(run.start) + Int(run.count)]
  }

  /// Nothing unless all elements are whole numbers.
  func integers(_ run: PickleRun) -> [Int]? {
    var integers: [Int] = []
    for case .integer(let value) in elements(run) { integers.append(value) }
    return integers.count == run.count ? integers : nil
  }

  func items(of list: UInt32) -> [PickleValue] {
    items.filter { $0.list == list }.map(\.value)
  }

  /// Entries of a dictionary whose keys are texts; the last one of a key counts.
  func entries(of dictionary: UInt32) -> [String: PickleValue] {
    var entries: [String: PickleValue] = [:]
    for pair in pairs where pair.dictionary == dictionary {
      if case .text(let start, let count) = pair.key {
        entries[text(start, count)] = pair.value
      }
    }
    return entries
  }

  func text(_ start: UInt32, _ count: UInt32) -> String {
    bytes.text(Int(start)..<Int(start) + Int(count))
  }
}
