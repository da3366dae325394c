/// What can be wrong with a file that PyTorch saved, or that only looks like one.
public enum TorchFault: Error, Equatable, CustomStringConvertible {
  case unopened(FileFault)
  case other(SafetensorsFault)
  // The archive
  case notAnArchive(String)
  case packedEntry(String, method: String)
  case missingEntry(String)
  case bigEndian
  // The pickle
  case forbiddenGlobal(String)
  case forbiddenOpcode(String, at: Int)
  case unreadable(String, at: Int)
  case tooMany(String, limit: Int)
  case noCheckpoint(found: String)
  // Storages and tensors
  case wrongStorageSize(storage: String, needed: Int, found: Int)
  case truncated(needed: Int, found: Int)
  case outsideStorage(tensor: String, shape: [Int], storage: String, numbers: Int)
  case tooLarge(tensor: String, shape: [Int])
  case scattered(tensor: String, limit: Int)

  /// Continues a sentence that begins with the file's name.
  public var description: String {
    switch self {
    case .unopened(let fault): "\(fault)."
    case .other(let fault): fault.description
    case .notAnArchive(let reason):
      "is no archive of torch.save: \(reason). It was cut short or damaged: download it again."
    case .packedEntry(let entry, let method):
      "holds \(entry.quoted) \(method), but torch.save stores entries as they are. "
        + "Save it again with torch.save, or download the original."
    case .missingEntry(let entry):
      "lacks \(entry.quoted), which it speaks of. \(Self.again)"
    case .bigEndian:
      "was saved on a machine that stores numbers the other way around. "
        + "Save it again on a usual one."
    case .forbiddenGlobal(let name):
      "asks Python for \(name.quoted), which weights do not need and which may do harm. Nothing in "
        + "it was run. Take it from a source you trust, as .safetensors if there is one."
    case .forbiddenOpcode(let name, let place):
      "uses the pickle instruction \(name) at byte \(place), which weights do not need. Nothing in "
        + "it was run. Save its state_dict again with torch.save, or take a .safetensors file."
    case .unreadable(let reason, let place):
      "has a damaged pickle: \(reason) at byte \(place). \(Self.again)"
    case .tooMany(let what, let limit):
      "has more than \(limit) \(what), more than weights of this size need. \(Self.again)"
    case .noCheckpoint(let found):
      "holds \(found), but named tensors or a 'state_dict' with them were needed. "
        + "Choose a file of weights."
    case .wrongStorageSize(let storage, let needed, let found):
      "has \(found) bytes for the storage \(storage.quoted), but \(needed) were needed. "
        + Self.again
    case .truncated(let needed, let found):
      "has \(found) bytes, but at least \(needed) were needed. "
        + "It was cut short: download it again."
    case .outsideStorage(let tensor, let shape, let storage, let numbers):
      "lets \(tensor.quoted) \(shape) reach outside its storage \(storage.quoted) of \(numbers) "
        + "numbers. \(Self.again)"
    case .tooLarge(let tensor, let shape):
      "gives \(tensor.quoted) the shape \(shape), more than any file can hold. \(Self.again)"
    case .scattered(let tensor, let limit):
      "would need more than \(limit) bytes to put \(tensor.quoted) and others in order, more than "
        + "the file has. Save contiguous tensors."
    }
  }

  private static let again = "Download it again."
}
