/// A `spiece.model` file that has been looked through.
///
/// The library reads past the end of damaged tables or stops the program, so everything it relies
/// on is checked here first. Format: message `ModelProto` of SentencePiece.
struct SentencePieceFile {
  /// Pieces, trainer and normaliser settings; self-tests and other parts left out.
  let bytes: [UInt8]
  let pieceCount: Int

  /// T5's file has 0.8 MB; the largest vocabularies in use have 5 MB.
  static let largestFile = 64 << 20

  /// What is wrong with a file, in words that end a sentence.
  struct Damage: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  init(_ file: [UInt8]) throws(Damage) {
    guard file.count <= Self.largestFile else {
      throw Damage("it has \(file.count) bytes, more than \(Self.largestFile)")
    }
    var pieces = PieceChecker()
    var hasNormalizer = false
    var kept: [UInt8] = []
    for field in try ProtobufField.all(in: file[...]) {
      switch (field.number, field.value) {
      case (1, .bytes(let message)): try pieces.check(message)
      case (2, .bytes(let message)): try Self.checkTrainer(message)
      case (3, .bytes(let message)):
        try Self.checkNormalizer(message)
        hasNormalizer = true
      case (1...3, _): throw Damage("field \(field.number) has the wrong type")
      default: continue
      }
      kept += field.raw
    }
    try pieces.checkWhole()
    guard hasNormalizer else { throw Damage("it has no normalisation rules") }
    bytes = kept
    pieceCount = pieces.count
  }

  private static func checkTrainer(_ message: ArraySlice<UInt8>) throws(Damage) {
    for field in try ProtobufField.all(in: message) where field.number == 3 {
      guard case .varint(1) = field.value else {
        throw Damage("it is no unigram model, the only kind that T5 uses")
      }
    }
  }

  private static func checkNormalizer(_ message: ArraySlice<UInt8>) throws(Damage) {
    for field in try ProtobufField.all(in: message) where field.number == 2 {
      guard case .bytes(let map) = field.value else { throw Damage("field 2 has the wrong type") }
      if !map.isEmpty { try CharacterMapChecker.check(map) }
    }
  }
}

/// Checks the pieces of a vocabulary one by one.
private struct PieceChecker {
  private(set) var count = 0
  private var unknowns = 0

  private static let mostPieces = 1 << 20
  private static let longestPiece = 512
  /// The library finds at most this many user-defined pieces that begin one another.
  private static let longestUserPiece = 64

  mutating func check(_ message: ArraySlice<UInt8>) throws(SentencePieceFile.Damage) {
    var text: ArraySlice<UInt8> = []
    var type: UInt64 = 1
    for field in try ProtobufField.all(in: message) {
      switch (field.number, field.value) {
      case (1, .bytes(let piece)): text = piece
      case (2, .fixed32(let score)) where abs(Float(bitPattern: score)) < 1e6: continue
      case (3, .varint(let number)): type = number
      case (1...3, _): throw SentencePieceFile.Damage("piece \(count) is malformed")
      default: continue
      }
    }
    let longest = type == 4 ? Self.longestUserPiece : Self.longestPiece
    guard (1...longest).contains(text.count), !text.contains(0), (1...6).contains(type),
      String(validating: text, as: UTF8.self) != nil
    else { throw SentencePieceFile.Damage("piece \(count) is malformed") }
    if type == 2 { unknowns += 1 }
    count += 1
    guard count <= Self.mostPieces else {
      throw SentencePieceFile.Damage("it has more than \(Self.mostPieces) pieces")
    }
  }

  func checkWhole() throws(SentencePieceFile.Damage) {
    guard count > 0 else { throw SentencePieceFile.Damage("it has no pieces") }
    guard unknowns == 1 else {
      throw SentencePieceFile.Damage("it has \(unknowns) unknown pieces instead of one")
    }
  }
}
