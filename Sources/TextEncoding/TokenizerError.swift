/// Why a tokenizer could not be loaded.
public enum TokenizerError: Error, Equatable {
  case missing(folder: String)
  /// Only the format of the Rust tokenizers is there, which does not hold the model itself.
  case onlyFastTokenizer(folder: String)
  case unreadable(file: String, reason: String)
  case damaged(file: String, reason: String)
}

extension TokenizerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let folder):
      "no spiece.model in \(folder); copy it there from the tokenizer folder of the model"
    case .onlyFastTokenizer(let folder):
      """
      \(folder) has tokenizer.json but no spiece.model, which is needed; copy it there from another \
      PixArt or T5 v1.1 model
      """
    case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
    case .damaged(let file, let reason):
      "\(file) is no usable T5 vocabulary: \(reason); download it again"
    }
  }
}
