import CSentencePiece

/// A SentencePiece model in memory.
final class SentencePieceModel: Sendable {
  /// A token and where its text begins, in bytes of UTF-8.
  struct Token {
    let id: Int32
    let begin: Int
  }

  let pieceCount: Int
  /// The library never changes a loaded model, so that threads may share it.
  private nonisolated(unsafe) let handle: OpaquePointer

  init(_ file: SentencePieceFile) throws(SentencePieceFile.Damage) {
    let (handle, message) = Self.withMessage { message, capacity in
      sentencepiece_open(file.bytes, file.bytes.count, message, capacity)
    }
    guard let handle else { throw SentencePieceFile.Damage(message) }
    self.handle = handle
    pieceCount = Int(sentencepiece_piece_count(handle))
  }

  deinit { sentencepiece_close(handle) }

  /// The id of a piece, or that of the unknown token.
  func id(of piece: String) -> Int32 {
    let bytes = Array(piece.utf8)
    return sentencepiece_id(handle, bytes, bytes.count)
  }

  /// Cuts text into tokens.
  ///
  /// The library fails only when memory does.
  func encode(_ text: ArraySlice<UInt8>) -> [Token] {
    var tokens: UnsafeMutablePointer<sentencepiece_token>?
    var count = 0
    let (status, message) = Self.withMessage { message, capacity in
      text.withUnsafeBufferPointer { text in
        sentencepiece_encode(
          handle, text.baseAddress, text.count, &tokens, &count, message, capacity)
      }
    }
    precondition(status == 0, "SentencePiece cannot encode \(text.count) bytes: \(message)")
    defer { sentencepiece_free_tokens(tokens) }
    return UnsafeBufferPointer(start: tokens, count: count).map {
      Token(id: $0.id, begin: Int($0.begin))
    }
  }

  private static func withMessage<Result>(
    _ call: (UnsafeMutablePointer<CChar>?, Int) -> Result
  ) -> (Result, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      buffer.initialize(repeating: 0)
      let result = call(buffer.baseAddress, buffer.count)
      return (result, buffer.baseAddress.map { String(cString: $0) } ?? "")
    }
  }
}
