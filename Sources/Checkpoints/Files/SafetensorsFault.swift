/// What can be wrong with a safetensors file.
public enum SafetensorsFault: Error, Equatable, CustomStringConvertible {
  case unopened(FileFault)
  // Other things under the name of weights
  case empty
  case gitPointer
  case webPage
  case pickle
  case text(String)
  // The header
  case tooShort(bytes: Int)
  case headerTooLong(bytes: UInt64, limit: Int)
  case headerPastEnd(bytes: Int, available: Int)
  case badHeader(JSONFault)
  // Single tensors; offsets count from the end of the header
  case unknownFormat(tensor: String, format: String)
  case tooLarge(tensor: String, shape: [Int])
  case backwards(tensor: String, begin: Int, end: Int)
  case wrongSize(tensor: String, format: String, shape: [Int], needed: Int, found: Int)
  // The data as a whole
  case overlap(tensor: String, begin: Int, previous: String, end: Int)
  case hole(tensor: String, begin: Int, end: Int)
  case truncated(bytes: Int, needed: Int)
  case trailing(bytes: Int, needed: Int)

  /// Continues a sentence that begins with the file's name.
  public var description: String {
    switch self {
    case .unopened(let fault): "\(fault)."
    case .empty: "is empty, but a safetensors file was needed. \(Self.again)"
    case .gitPointer:
      "is only a git-lfs pointer to the weights. "
        + "Run 'git lfs pull' in its folder, or download the file itself."
    case .webPage: "is a web page, not weights. Download the file itself, not the page about it."
    case .pickle:
      "is a PyTorch pickle (.bin, .pth, .ckpt), but a safetensors file was needed. "
        + "Download the model's .safetensors file."
    case .text(let beginning):
      "is text that begins \(beginning.quoted), not weights. \(Self.again)"
    case .tooShort(let bytes):
      "has \(bytes) bytes, but a safetensors file has at least 8. \(Self.again)"
    case .headerTooLong(let bytes, let limit):
      "claims a header of \(bytes) bytes, but no more than \(limit) are allowed. \(Self.again)"
    case .headerPastEnd(let bytes, let available):
      "claims a header of \(bytes) bytes, but only \(available) follow. "
        + "It was cut short: download it again."
    case .badHeader(let fault): "has a damaged header: \(fault). \(Self.again)"
    case .unknownFormat(let tensor, let format):
      "stores \(tensor.quoted) in the unknown number format \(format.quoted). "
        + "Save it as F32, F16 or BF16, or download it again."
    case .tooLarge(let tensor, let shape):
      "gives \(tensor.quoted) the shape \(shape), more than any file can hold. \(Self.again)"
    case .backwards(let tensor, let begin, let end):
      "places \(tensor.quoted) from byte \(begin) back to \(end). \(Self.again)"
    case .wrongSize(let tensor, let format, let shape, let needed, let found):
      "gives \(tensor.quoted) \(found) bytes, but \(format) \(shape) needs \(needed). "
        + Self.again
    case .overlap(let tensor, let begin, let previous, let end):
      "lets \(tensor.quoted) begin at byte \(begin), inside \(previous.quoted), "
        + "which ends at \(end). \(Self.again)"
    case .hole(let tensor, let begin, let end):
      "leaves bytes \(begin) to \(end) before \(tensor.quoted) unused, "
        + "which the format forbids. \(Self.again)"
    case .truncated(let bytes, let needed):
      "has \(bytes) bytes, but its header describes \(needed). "
        + "It was cut short: download it again."
    case .trailing(let bytes, let needed):
      "has \(bytes) bytes, but its header describes only \(needed). "
        + "Something was appended: download it again."
    }
  }

  private static let again = "Download it again."
}
