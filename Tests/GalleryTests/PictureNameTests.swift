import Foundation
import Gallery
import Testing

@Suite struct PictureNameTests {
  @Test(arguments: [
    ("a red apple", "a-red-apple"),
    ("  A/Red\\Apple?! *on*..\n\"Table\" ", "a-red-apple-on-table"),
    ("日本の猫, 2 匹", "日本の猫-2-匹"),
    ("Café Zürich", "café-zürich"),
    ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
    (String(repeating: "x", count: 90), String(repeating: "x", count: 40)),
  ])
  func saysWhatThePictureShows(prompt: String, words: String) throws {
    #expect(try name(prompt) == "20261123-153012-seed7-\(words).png")
  }

  @Test func doesWithoutWords() throws {
    #expect(try name("../..") == "20261123-153012-seed7.png")
  }

  /// 2026-11-23 14:30:12 UTC, in Berlin.
  private func name(_ prompt: String) throws -> String {
    PictureName.make(
      date: Date(timeIntervalSince1970: 1_795_444_212), seed: 7, prompt: prompt,
      timeZone: try #require(TimeZone(secondsFromGMT: 3600)))
  }
}
