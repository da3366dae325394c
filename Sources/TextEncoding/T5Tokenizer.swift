public import Foundation

/// The tokenizer of T5 v1.1: a SentencePiece vocabulary, three special tokens, 100 sentinels.
///
/// Gives the ids of the `T5Tokenizer` of transformers 4 (legacy mode), which the published models
/// were made with.
public struct T5Tokenizer: Sendable {
  public static let padding: Int32 = 0
  public static let end: Int32 = 1
  public static let unknown: Int32 = 2

  /// Text is looked at up to this many bytes of UTF-8; a prompt's tokens end long before.
  public static let longestText = 128 << 10

  /// Pieces and sentinels: one more than the highest id.
  public var vocabularySize: Int { model.pieceCount + Self.sentinels }

  private static let sentinels = 100
  private let model: SentencePieceModel

  /// Loads `spiece.model`.
  ///
  /// - Parameter location: The file, or the `tokenizer` folder it is in.
  /// - Throws: `TokenizerError` if it is not there, cannot be read, or is not T5's.
  public init(_ location: URL) throws(TokenizerError) {
    let file = try Self.file(at: location)
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw .unreadable(file: file.path, reason: error.localizedDescription)
    }
    do throws(SentencePieceFile.Damage) {
      model = try SentencePieceModel(SentencePieceFile(Array(data)))
      for (piece, id) in [("<pad>", Self.padding), ("</s>", Self.end), ("<unk>", Self.unknown)]
      where model.id(of: piece) != id {
        throw SentencePieceFile.Damage("\(piece) has id \(model.id(of: piece)) instead of \(id)")
      }
    } catch {
      throw .damaged(file: file.path, reason: error.reason)
    }
  }

  private static func file(at location: URL) throws(TokenizerError) -> URL {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: location.path, isDirectory: &isFolder) else {
      throw .missing(folder: location.path)
    }
    guard isFolder.boolValue else { return location }
    let model = location.appending(path: "spiece.model")
    if files.fileExists(atPath: model.path) { return model }
    let hasFast = files.fileExists(atPath: location.appending(path: "tokenizer.json").path)
    throw hasFast ? .onlyFastTokenizer(folder: location.path) : .missing(folder: location.path)
  }

  /// The ids of a text, the end token last, no padding.
  ///
  /// - Parameters:
  ///   - text: Any text; special tokens that are written out in it count as such.
  ///   - maxLength: The most ids to give, at least 1; what does not fit is cut.
  /// - Returns: Ids of real tokens, the end token last.
  public func encode(_ text: String, maxLength: Int) -> [Int32] {
    tokenize(text, maxLength: maxLength).ids
  }

  /// The ids of a text, and what had to be cut.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - maxLength: The most ids to give, at least 1.
  /// - Returns: The ids that `encode` gives, the count before the cut, and the part that was cut.
  public func tokenize(_ text: String, maxLength: Int) -> TokenizedText {
    precondition(maxLength >= 1, "\(maxLength) tokens leave no room for the end token")
    let bytes = Array(text.utf8)
    var length = min(bytes.count, Self.longestText)
    while length < bytes.count, bytes[length] & 0xC0 == 0x80 { length -= 1 }
    let tokens = SpecialTokens.split(bytes[..<length]).flatMap { part in
      switch part {
      case .text(let text):
        model.encode(text).map { ($0.id, begin: text.startIndex + $0.begin) }
      case .control(let id, let begin): [(id, begin: begin)]
      case .sentinel(let number, let begin):
        [(Int32(model.pieceCount + Self.sentinels - 1 - number), begin: begin)]
      }
    }
    var ids = tokens.prefix(maxLength - 1).map(\.0)
    if ids.last != Self.end { ids.append(Self.end) }
    let cut = tokens.count >= maxLength ? tokens[maxLength - 1].begin : length
    return TokenizedText(
      ids: ids, wholeCount: tokens.count + (tokens.last?.0 == Self.end ? 0 : 1),
      begins: Array(tokens.prefix(maxLength - 1).map(\.begin)),
      end: cut,
      cut: cut < bytes.count ? text.utf8.index(text.startIndex, offsetBy: cut)..<text.endIndex : nil
    )
  }

  /// Ids filled up with padding, and the mask that says which are real (1) or padding (0).
  ///
  /// - Parameters:
  ///   - ids: Ids of real tokens.
  ///   - length: Not less than the number of ids.
  /// - Returns: Ids and mask of that length.
  public static func padded(_ ids: [Int32], to length: Int) -> (ids: [Int32], mask: [Int32]) {
    precondition(ids.count <= length, "\(ids.count) ids do not fit into \(length)")
    let missing = length - ids.count
    return (
      ids + Array(repeating: padding, count: missing),
      Array(repeating: 1, count: ids.count) + Array(repeating: 0, count: missing)
    )
  }
}

/// A text as token ids.
public struct TokenizedText: Sendable, Equatable {
  /// Ids, the end token last.
  public let ids: [Int32]
  /// How many ids the whole text has, the end token counted.
  public let wholeCount: Int
  /// Where the text of each token begins, in bytes of UTF-8; none for the end token that was added.
  let begins: [Int]
  /// Where the text of the last of them ends.
  let end: Int
  /// The part of the text that has no ids because it did not fit; `nil` if all fitted.
  public let cut: Range<String.Index>?

  /// The text of each token as bytes of UTF-8, the space before a word with the word; none for the
  /// end token that was added.
  public var ranges: [Range<Int>] {
    zip(begins, begins.dropFirst() + [end]).map { $0..<max($0, $1) }
  }
}
