import Foundation
import TestSupport
import Testing

@testable import TextEncoding

@Suite struct SentencePieceFileTests {
  private let original: [UInt8]

  init() throws {
    let file = Golden.model("sigma-tiny").appending(path: "tokenizer/spiece.model")
    original = Array(try Data(contentsOf: file))
  }

  @Test func acceptsThePublishedFormat() throws {
    #expect(try SentencePieceFile(original).pieceCount == 2048)
    #expect(try load(vocabulary() + normalizer([])).pieceCount == 4)
  }

  /// The library drops the empty rest of a field or stops; here every cut is found.
  @Test(arguments: [1, 2, 5, 100, 1000, 33_000, 150_000, 273_000])
  func refusesTruncatedFiles(length: Int) {
    #expect(throws: SentencePieceFile.Damage.self) {
      try load(Array(original.prefix(length)))
    }
  }

  /// Whatever passes the check is safe to use.
  @Test func survivesChangedFiles() {
    let text = Array("A red fox \u{FB01} e\u{301} ｶﾞ ㍿ ½ 🦊 中文 \u{1100}\u{1161}".utf8)
    var random = Xorshift(state: 1)
    for round in 0..<40 {
      var changed = original
      // The normalisation table is at the end: every other round hits it.
      let from = round % 2 == 0 ? 0 : changed.count - 240_000
      for _ in 0..<8 {
        changed[from + Int(random.next() % UInt64(changed.count - from))] = UInt8(
          truncatingIfNeeded: random.next() >> 32)
      }
      do throws(SentencePieceFile.Damage) {
        #expect(try load(changed).encode(text[...]).allSatisfy { $0.begin <= text.count })
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }

  @Test func refusesOtherVocabularies() throws {
    let rules = normalizer([])
    try refuses(rules, "it has no pieces")
    try refuses(vocabulary(), "it has no normalisation rules")
    try refuses(vocabulary(unknownType: 1) + rules, "it has 0 unknown pieces instead of one")
    try refuses(
      vocabulary() + piece("<x>", 0, type: 2) + rules, "it has 2 unknown pieces instead of one")
    try refuses(
      vocabulary() + message(2, [3 << 3, 2]) + rules,
      "it is no unigram model, the only kind that T5 uses")
    for bad in [
      piece("", 0), piece("a\0b", 0), piece("n", .nan), piece("i", -.infinity),
      piece("t", 0, type: 9), piece(String(repeating: "x", count: 513), 0),
      piece(String(repeating: "x", count: 65), 0, type: 4), message(1, message(1, [0xC3])),
    ] {
      try refuses(vocabulary() + bad + rules, "piece 4 is malformed")
    }
    // Found by the library itself.
    #expect(throws: SentencePieceFile.Damage.self) {
      try load(vocabulary() + piece("a", 0) + rules)
    }
  }

  @Test func refusesOtherTables() throws {
    func table(_ units: [UInt32], _ texts: [UInt8]) -> [UInt8] {
      let size = UInt32(units.count * 4)
      return ([size] + units).flatMap { word in (0..<4).map { UInt8(word >> ($0 * 8) & 0xFF) } }
        + texts
    }
    func refusesTable(_ map: [UInt8], _ reason: String) throws {
      try refuses(vocabulary() + normalizer(map), reason)
    }
    /// The unit of a state: label, whether a match ends there, and the step to its base.
    func unit(_ label: UInt32, match: Bool, offset: UInt32) -> UInt32 {
      label | (match ? 1 << 8 : 0) | offset << 10
    }
    var units = [UInt32](repeating: 0, count: 512)
    // "a" leads from base 256 to unit 256 ^ 97, whose base is 0, where the value lies.
    units[0] = unit(0, match: false, offset: 256)
    units[256 ^ 97] = unit(97, match: true, offset: 256 ^ 97 ^ 0x80)
    units[0x80] = 1 << 31
    let good = table(units, Array("b\0".utf8))
    let model = try load(vocabulary() + normalizer(good))
    #expect(model.encode(Array("a".utf8)[...]).map(\.id) == [2])

    try refusesTable([1], "its normalisation table is cut off")
    try refusesTable(Array(good.dropLast(3)), "its normalisation table is cut off")
    try refusesTable(Array(good.dropLast()), "its replacement texts do not end")
    try refusesTable(table(units, [0xC3, 0]), "a replacement text is malformed")
    var far = units
    far[0] = unit(0, match: false, offset: 1 << 20)
    try refusesTable(table(far, [0]), "its normalisation table leads out of itself")
    far = units
    far[0] = 1 << 31
    try refusesTable(table(far, [0]), "its normalisation table has no root")
    far = units
    far[0x80] = 1 << 31 | 7
    try refusesTable(table(far, [0]), "its normalisation table names a text that is not there")
    // "a" leads back to the state it came from, a match on every round.
    far = units
    far[256 ^ 97] = unit(97, match: true, offset: 97)
    far[256] = 1 << 31
    try refusesTable(table(far, [0]), "its normalisation table goes round in circles")
  }

  @Test(
    arguments: [
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0B], [0x00, 0x00],
      [0x0A, 0x05, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [0x0D, 0x01, 0x02, 0x03, 0x04],
    ] as [[UInt8]])
  func refusesOtherBytes(bytes: [UInt8]) {
    #expect(throws: SentencePieceFile.Damage.self) { try SentencePieceFile(bytes) }
  }

  private func load(_ bytes: [UInt8]) throws(SentencePieceFile.Damage) -> SentencePieceModel {
    try SentencePieceModel(SentencePieceFile(bytes))
  }

  private func refuses(
    _ bytes: [UInt8], _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let damage = #expect(throws: SentencePieceFile.Damage.self, sourceLocation: sourceLocation) {
      try load(bytes)
    }
    #expect(damage?.reason == reason, sourceLocation: sourceLocation)
  }

  // MARK: Writing the format

  /// `<pad>`, `</s>`, `<unk>` and one letter.
  private func vocabulary(unknownType: UInt8 = 2) -> [UInt8] {
    piece("<pad>", 0, type: 3) + piece("</s>", 0, type: 3) + piece("<unk>", 0, type: unknownType)
      + piece("a", -1)
  }

  private func piece(_ text: String, _ score: Float, type: UInt8 = 1) -> [UInt8] {
    let bits = score.bitPattern
    return message(
      1,
      message(1, Array(text.utf8)) + [2 << 3 | 5] + (0..<4).map { UInt8(bits >> ($0 * 8) & 0xFF) }
        + [3 << 3, type])
  }

  private func normalizer(_ map: [UInt8]) -> [UInt8] { message(3, message(2, map)) }

  private func message(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = content.count
    repeat {
      length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return [number << 3 | 2] + length + content
  }
}

/// A small random generator whose numbers are the same everywhere.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
