@testable import Checkpoints
import Tensors

/// What libFuzzer calls: the same bytes as an adapter's file and as its configuration.
///
/// Anything may be refused; only a crash, a read beyond `data` or a hang is a finding.
/// `Scripts/fuzz SECONDS adapters` builds and runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: count)
  let settings = try? AdapterSettings(ConfigurationFile(source: "fuzz.json", bytes))
  do {
    let file = try Safetensors(bytes, owner: Borrowed())
    let checkpoint = Checkpoint(source: "fuzz", tensors: file.tensors, unusable: file.unusable)
    for settings in [settings, published] {
      let adapter = try Adapter(checkpoint, settings: settings, name: "fuzz")
      precondition(!adapter.summary.isEmpty && adapter.hash.utf8.count == 16)
      for layer in try adapter.layers(for: tiny, model: "tiny").values {
        touch(layer.down)
        touch(layer.up)
        if let magnitude = layer.magnitude { touch(magnitude) }
        precondition(layer.factor.isFinite)
      }
    }
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}

private let published = made(
  AdapterSettings.init, #"{"r": 1, "rank_pattern": {"to_q": 2}, "lora_alpha": 2}"#)

/// A transformer whose adapters are small.
private let tiny = made(
  TransformerConfiguration.init,
  """
  {"num_layers": 1, "num_attention_heads": 1, "attention_head_dim": 4, "caption_channels": 4,
   "in_channels": 1, "sample_size": 2, "patch_size": 2}
  """)

private func made<Value>(_ make: (ConfigurationFile) throws -> Value, _ json: String) -> Value {
  do {
    return try json.utf8.withContiguousStorageIfAvailable { text in
      try make(ConfigurationFile(source: "fuzz", UnsafeRawBufferPointer(text)))
    } ?? { preconditionFailure("no text") }()
  } catch {
    preconditionFailure("\(error)")
  }
}

/// Reads the first and the last byte, which the address sanitizer watches.
private func touch(_ tensor: StoredTensor) {
  guard tensor.byteCount > 0 else { return }
  _ = tensor.bytes.load(as: UInt8.self)
  _ = tensor.bytes.load(fromByteOffset: tensor.byteCount - 1, as: UInt8.self)
}

/// libFuzzer owns the bytes and keeps them for the call.
private final class Borrowed: Sendable {}
