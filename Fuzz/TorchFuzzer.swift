@testable import Checkpoints
import Tensors

/// What the driver calls: the same bytes as a file of torch.save and as the pickle inside one.
///
/// Anything may be refused; a crash, a read beyond `data`, a hang or too much memory is a finding.
@_cdecl("pixart_fuzz")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  let bytes = UnsafeRawBufferPointer(start: data, count: count)
  do {
    let file = try TorchFile(bytes, owner: Borrowed())
    for tensor in file.tensors.values { touch(tensor) }
    for tensor in file.contents.values where tensor.byteCount <= count { gather(tensor) }
    let checkpoint = Checkpoint(file, source: "fuzz")
    _ = checkpoint.kind
    for tensor in try checkpoint.inDiffusersNames().all { touch(tensor) }
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  readPickle(bytes)
  return 0
}

/// Without an archive around it, so that mutations reach it.
private func readPickle(_ bytes: UnsafeRawBufferPointer) {
  var machine = PickleMachine(bytes, limit: TorchFile.valueLimit(fileBytes: bytes.count))
  do throws(TorchFault) {
    let root = try machine.run()
    var storages: [String: UnsafeRawBufferPointer] = [:]
    for storage in machine.heap.storages
    where storage.count <= bytes.count / storage.format.bytes {
      storages[bytes.text(storage.key)] = UnsafeRawBufferPointer(
        rebasing: bytes[..<(storage.count * storage.format.bytes)])
    }
    let file = PickledFile(root: root, heap: machine.heap, storages: storages)
    for tensor in try StateDictionary(file).tensors.values where tensor.byteCount <= bytes.count {
      gather(tensor)
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
}

private func gather(_ tensor: TorchTensor) {
  let target = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.byteCount, alignment: 8)
  tensor.gather(into: target)
  target.deallocate()
}

/// Reads the first and the last byte, which the address sanitizer watches.
private func touch(_ tensor: StoredTensor) {
  guard tensor.byteCount > 0 else { return }
  _ = tensor.bytes.load(as: UInt8.self)
  _ = tensor.bytes.load(fromByteOffset: tensor.byteCount - 1, as: UInt8.self)
}

/// libFuzzer owns the bytes and keeps them for the call.
private final class Borrowed: Sendable {}
