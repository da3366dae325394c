package import Tensors

/// The weights in a file that `torch.save` made, read without Python.
///
/// Both of its containers are known, the zip archive and the older stream of pickles. Numbers stay
/// where they lie in the file; only tensors whose numbers do not lie side by side are copied, and no
/// more of them than the file has bytes.
package struct TorchFile {
  package enum Container: String, Sendable {
    case zip, legacy
  }

  package let container: Container
  /// Keys on the way from the outermost dictionary to the tensors, such as `state_dict`.
  package let path: [String]
  package private(set) var tensors: [String: StoredTensor] = [:]
  package private(set) var unusable: [String: UnusableTensor] = [:]
  /// As they were saved, all formats.
  let contents: [String: TorchTensor]

  /// Maps a file; its weights are not read.
  package init(mapping path: String) throws(TorchFault) {
    let file: MappedFile
    do throws(FileFault) { file = try MappedFile(path) } catch { throw .unopened(error) }
    try self.init(file.bytes, owner: file)
  }

  /// - Parameter owner: Keeps `file` alive.
  package init(_ file: UnsafeRawBufferPointer, owner: any AnyObject & Sendable)
    throws(TorchFault)
  {
    let pickled: PickledFile
    switch file.first {
    case nil: throw .truncated(needed: 22, found: 0)
    case UInt8(ascii: "P") where file.starts(with: Self.zipStart):
      container = .zip
      pickled = try PickledFile(zip: file)
    default:
      container = .legacy
      let fault = FileKind.fault(of: file)
      if let fault, !fault.mayBePickle { throw .other(fault) }
      do throws(TorchFault) {
        pickled = try PickledFile(legacy: file)
      } catch {
        if let fault, fault != .pickle, case .noCheckpoint = error { throw .other(fault) }
        throw error
      }
    }
    let state = try StateDictionary(pickled)
    path = state.path
    contents = state.tensors
    var copies = file.count
    for (name, tensor) in contents {
      guard let format = NumberFormat(rawValue: tensor.format.rawValue), tensor.shape.count <= 4
      else {
        unusable[name] = UnusableTensor(
          name: name, format: tensor.format.rawValue, dimensions: tensor.shape)
        continue
      }
      if !tensor.isContiguous { copies -= min(copies + 1, tensor.byteCount) }
      guard copies >= 0 else { throw .scattered(tensor: name, limit: file.count) }
      tensors[name] = tensor.stored(name: name, format: format, owner: owner)
    }
  }

  static let zipStart: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Values a pickle in a file of so many bytes may hold at once: 16 bytes each, at most as many as
  /// the file has, and no fewer than a thousand tensors need.
  static func valueLimit(fileBytes: Int) -> Int { max(1 << 18, fileBytes / 32) }
}

/// A pickle that was read, and the storages it speaks of.
struct PickledFile {
  let root: PickleValue
  let heap: PickleHeap
  /// Bytes of each storage by its key.
  let storages: [String: UnsafeRawBufferPointer]
}

extension SafetensorsFault {
  /// Text may be a pickle of protocol 0, which has faults of its own.
  fileprivate var mayBePickle: Bool {
    switch self {
    case .pickle, .text: true
    default: false
    }
  }
}

extension TorchTensor {
  fileprivate func stored(
    name: String, format: NumberFormat, owner: any AnyObject & Sendable
  ) -> StoredTensor {
    let shape = Shape(shape.isEmpty ? [1] : shape)
    if isContiguous, let start = bytes.baseAddress {
      return StoredTensor(name: name, shape: shape, format: format, bytes: start, owner: owner)
    }
    let memory = OrderedNumbers(self)
    return StoredTensor(
      name: name, shape: shape, format: format, bytes: UnsafeRawPointer(memory.base), owner: memory)
  }
}

/// A copy of a tensor's numbers, side by side.
private final class OrderedNumbers: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  init(_ tensor: TorchTensor) {
    base = .allocate(byteCount: max(64, tensor.byteCount), alignment: 64)
    tensor.gather(
      into: UnsafeMutableRawBufferPointer(start: base, count: tensor.byteCount))
  }

  deinit { base.deallocate() }
}
