import Foundation
import Gallery
import Studio
import Testing

@Suite struct HistoryFileTests {
  private struct Line: Codable, Sendable, Equatable {
    var prompt: String
  }

  @Test func appendsLines() throws {
    let folder = try TemporaryFolder()
    let file = HistoryFile<Line>(folder("state/history.jsonl"))
    #expect(try file.load().isEmpty)
    let prompts = ["a cat", "two\nlines", "猫 🐈‍⬛"]
    for prompt in prompts { try file.append(Line(prompt: prompt)) }
    #expect(try file.load().map(\.prompt) == prompts)
    let text = try String(contentsOf: file.url, encoding: .utf8)
    #expect(text.hasPrefix("{\"prompt\":\"a cat\"}\n{\"prompt\":\"two\\nlines\"}\n"))
  }

  /// The last line ends wherever the crash came; the lines before and after it count.
  @Test func survivesATornLastLineOfEveryLength() throws {
    let folder = try TemporaryFolder()
    let file = HistoryFile<Line>(folder("h"))
    try file.append(Line(prompt: "first"))
    let before = try Data(contentsOf: file.url)
    try file.append(Line(prompt: "torn 猫"))
    let whole = try Data(contentsOf: file.url)
    for length in before.count..<whole.count {
      try whole.prefix(length).write(to: file.url)
      let middle = length == whole.count - 1 ? ["torn 猫"] : []
      #expect(try file.load().map(\.prompt) == ["first"] + middle)
      try file.append(Line(prompt: "after"))
      #expect(try file.load().map(\.prompt) == ["first"] + middle + ["after"])
    }
  }

  @Test func passesOverWhatMeansNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"prompt\":\"a\"}\n\u{0}\u{0}\n\n{\"prompt\":5}\n{\"prompt\":\"b\"}", to: "h")
    #expect(try HistoryFile<Line>(folder("h")).load().map(\.prompt) == ["a", "b"])
  }

  @Test func compactsOnlyAboveTheLimit() throws {
    let folder = try TemporaryFolder()
    let file = HistoryFile<Line>(folder("h"), keeping: 3, above: 5)
    /// The numbers between the quotes.
    func lines() throws -> [String] {
      try folder.text(of: "h").split(separator: "\n").map {
        String($0.dropFirst(#"{"prompt":""#.count).dropLast(2))
      }
    }
    for number in 1...5 { try file.append(Line(prompt: "\(number)")) }
    try file.compact()
    #expect(try lines() == ["1", "2", "3", "4", "5"])
    #expect(try file.load().map(\.prompt) == ["3", "4", "5"])
    try file.append(Line(prompt: "6"))
    try file.compact()
    #expect(try lines() == ["4", "5", "6"])
    try file.append(Line(prompt: "7"))
    #expect(try lines() == ["4", "5", "6", "7"])
    #expect(try folder.names == ["h"])
  }

  @Test func keepsUnknownLinesWhenCompacting() throws {
    let folder = try TemporaryFolder()
    let content = "{\"prompt\":\"a\"}\n{\"later\":1}\n{\"prompt\":\"b\"}\n"
    try folder.write(content, to: "h")
    try HistoryFile<Line>(folder("h"), keeping: 2, above: 2)
      .compact(date: Date(timeIntervalSince1970: 0))
    #expect(try folder.names == ["h", "h.damaged-19700101-000000"])
    #expect(try folder.text(of: "h.damaged-19700101-000000") == content)
    #expect(try folder.text(of: "h") == "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n")
  }

  /// Two studios append while a third makes the file shorter again and again; every entry is seen.
  @Test func losesNothingBetweenStudios() async throws {
    let folder = try TemporaryFolder()
    let file = HistoryFile<Line>(folder("h"), keeping: 1000, above: 10)
    await withTaskGroup { group in
      for writer in 0..<2 {
        group.addTask {
          for number in 0..<100 {
            #expect(throws: Never.self) {
              try file.append(Line(prompt: "\(writer)-\(number)"))
              if number % 5 == writer { try file.compact() }
            }
          }
        }
      }
    }
    let prompts = try file.load().map(\.prompt)
    #expect(prompts.count == 200)
    #expect(prompts.filter { $0.hasPrefix("0") } == (0..<100).map { "0-\($0)" })
    #expect(prompts.filter { $0.hasPrefix("1") } == (0..<100).map { "1-\($0)" })
  }

  @Test func saysThatTheDiskIsFull() throws {
    let error = #expect(throws: FileError.self) {
      try HistoryFile<Line>(URL(filePath: "/dev/full")).append(Line(prompt: "x"))
    }
    #expect(error == .diskFull(path: "/dev/full", bytes: 15))
  }
}
