import Foundation
import TestSupport
import Testing

@testable import TextEncoding

@Suite struct T5TokenizerTests {
  private let tokenizer: T5Tokenizer
  private static let folder = Golden.model("sigma-tiny").appending(path: "tokenizer")

  init() throws { tokenizer = try T5Tokenizer(Self.folder) }

  private struct Row: Decodable {
    let text: String
    let ids: [Int32]
    let slow_ids: [Int32]?
  }

  private struct PaddedRow: Decodable {
    let text: String
    let max_length: Int
    let ids: [Int32]
    let mask: [Int32]
  }

  /// All rows of f-t5/tokenizer: the T5Tokenizer of transformers 4.
  @Test func matchesTransformers() throws {
    let rows = try goldenRows("f-t5/tokenizer", "table.json", as: Row.self)
    #expect(rows.count == 207)
    for row in rows {
      let got = tokenizer.encode(row.text, maxLength: 10_000)
      #expect(got == row.slow_ids ?? row.ids, "\(row.text.debugDescription)")
    }
  }

  @Test func cutsAndPads() throws {
    for row in try goldenRows("f-t5/tokenizer", "padded.json", as: PaddedRow.self) {
      let ids = tokenizer.encode(row.text, maxLength: row.max_length)
      let padded = T5Tokenizer.padded(ids, to: row.max_length)
      #expect(padded.ids == row.ids && padded.mask == row.mask, "\(row.text.debugDescription)")
    }
  }

  /// The ids are those of the golden row; the pieces are "▁a", "▁red", "▁fox", "▁face".
  @Test func saysWhatWasCut() throws {
    let text = "a red fox face"
    let whole = tokenizer.tokenize(text, maxLength: 300)
    #expect(whole.ids == [5, 28, 1338, 15, 1] && whole.wholeCount == 5 && whole.cut == nil)
    #expect(whole.ranges == [0..<1, 1..<5, 5..<9, 9..<14])
    let cut = tokenizer.tokenize(text, maxLength: 3)
    #expect(cut.ids == [5, 28, 1])
    #expect(cut.wholeCount == 5)
    #expect(text[try #require(cut.cut)] == " fox face")
    #expect(cut.ranges == [0..<1, 1..<5])
  }

  @Test func cutsSpecialTokens() throws {
    let text = "é</s> fox <extra_id_1>a"
    let cut = tokenizer.tokenize(text, maxLength: 4)
    #expect(cut.ids == [4, 1807, 1])
    #expect(cut.wholeCount == 7)
    #expect(text[try #require(cut.cut)] == "fox <extra_id_1>a")
    #expect(tokenizer.encode("<extra_id_7>", maxLength: 9) == [2048 + 99 - 7, 1])
    #expect(tokenizer.vocabularySize == 2148)
    // Not sentinels: a leading zero, three digits.
    #expect(
      !tokenizer.encode("<extra_id_07> <extra_id_100>", maxLength: 99).contains { $0 >= 2048 })
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["a", "🦊", "\u{301}", "<", "</s>", "\u{FDFA}", "\0"])
  func survivesLongText(unit: String) {
    let text = String(repeating: unit, count: 300_000 / unit.utf8.count)
    let tokens = tokenizer.tokenize(text, maxLength: 300)
    #expect((1...300).contains(tokens.ids.count) && tokens.ids.last == 1)
    #expect(tokens.cut != nil)
  }

  @Test func saysWhatIsMissing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    #expect(throws: TokenizerError.missing(folder: folder.path)) { try T5Tokenizer(folder) }
    try Data("{}".utf8).write(to: folder.appending(path: "tokenizer.json"))
    #expect(throws: TokenizerError.onlyFastTokenizer(folder: folder.path)) {
      try T5Tokenizer(folder)
    }
    let model = folder.appending(path: "spiece.model")
    try Data().write(to: model)
    #expect(throws: TokenizerError.damaged(file: model.path, reason: "it has no pieces")) {
      try T5Tokenizer(folder)
    }
    #expect(throws: TokenizerError.missing(folder: model.path + "x")) {
      try T5Tokenizer(URL(filePath: model.path + "x"))
    }
  }

  @Test func isLoadedFromItsFile() throws {
    let other = try T5Tokenizer(Self.folder.appending(path: "spiece.model"))
    #expect(other.encode("a red fox", maxLength: 9) == tokenizer.encode("a red fox", maxLength: 9))
  }
}
