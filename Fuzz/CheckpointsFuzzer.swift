@testable import Checkpoints
import Tensors

/// What the driver calls: the same bytes as a safetensors file, as prepared weights and as a
/// configuration.
///
/// Anything may be refused; a crash, a read beyond `data`, a hang or too much memory is a finding.
@_cdecl("pixart_fuzz")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  let bytes = UnsafeRawBufferPointer(start: data, count: count)
  do {
    let file = try Safetensors(bytes, owner: Borrowed())
    for tensor in file.tensors.values { touch(tensor) }
  } catch {
    precondition(!error.description.isEmpty)
  }
  do throws(PreparedFault) {
    let file = try PreparedFile(bytes, owner: Borrowed(), key: "fuzz")
    _ = file.firstDamaged(threads: threads)
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    readConfigurations(try ConfigurationFile(source: "fuzz", bytes))
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

private let threads = ThreadPool(width: 1)

/// Reads the first and the last byte, which the address sanitizer watches.
private func touch(_ tensor: StoredTensor) {
  guard tensor.byteCount > 0 else { return }
  _ = tensor.bytes.load(as: UInt8.self)
  _ = tensor.bytes.load(fromByteOffset: tensor.byteCount - 1, as: UInt8.self)
}

private func readConfigurations(_ file: ConfigurationFile) {
  _ = (try? TransformerConfiguration(file)).map { ExpectedTensors($0) }
  _ = (try? T5Configuration(file)).map { ExpectedTensors($0) }
  _ = (try? AutoencoderConfiguration(file)).map { ExpectedTensors($0) }
  _ = file.foundation
}

/// libFuzzer owns the bytes and keeps them for the call.
private final class Borrowed: Sendable {}
