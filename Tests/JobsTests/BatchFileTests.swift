import Checkpoints
import Foundation
import Gallery
import Generation
import TestSupport
import Testing

@testable import Jobs

@Suite final class BatchFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-batch-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private var file: URL { folder.appending(path: "a.jsonl") }

  private func read(_ text: String) throws -> [BatchFile.Line] {
    try Data(text.utf8).write(to: file)
    return try BatchFile(file).lines
  }

  private func faults(_ text: String) throws -> [String] {
    do {
      _ = try read(text)
      return []
    } catch BatchError.faults(let faults) {
      return faults.map(\.description)
    }
  }

  @Test func readsRequestsLineByLine() throws {
    let lines = try read(
      "{\"prompt\": \"a fox\", \"seed\": 7}\r\n\n  {\"prompt\": \"狐\", \"init-image\": \"a.png\"}")
    #expect(lines.map(\.number) == [1, 3])
    #expect(lines.map(\.job.prompt) == ["a fox", "狐"])
    #expect(lines[0].job.seed == 7 && lines[1].job.initImage == "a.png")
  }

  /// Keys and seeds belong to the text, wherever it is; the same text twice has two of each.
  @Test func knowsLinesAgain() throws {
    let (fox, cat) = (#"{"prompt": "fox"}"#, #"{"prompt": "cat"}"#)
    let first = try read([fox, cat, fox].joined(separator: "\n"))
    #expect(Set(first.map(\.key)).count == 3 && Set(first.map(\.job.seed)).count == 3)
    let moved = try read(["", cat, "  " + fox, fox + " "].joined(separator: "\n"))
    #expect(moved.map(\.key) == [first[1].key, first[0].key, first[2].key])
    #expect(moved.map(\.job.seed) == [first[1], first[0], first[2]].map(\.job.seed))
  }

  /// Variations without a seed of their own get one from their text as well.
  @Test func readsVariations() throws {
    let lines = try read(
      """
      {"prompt": "fox", "seed": 7, "variation-strength": 0.2, "variation-seed": 9}
      {"prompt": "fox", "seed": 7, "variation-strength": 0.2}
      {"prompt": "cat", "seed": 7, "variation-strength": 0.2}
      """)
    #expect(lines.map(\.job.variationStrength) == [0.2, 0.2, 0.2])
    #expect(lines[0].job.variationSeed == 9)
    #expect(Set(lines.map(\.job.variationSeed)).count == 3)
    #expect(lines.map(\.job.seed) == [7, 7, 7])
  }

  /// What a line leaves open is as the model is usually asked; nothing written is another thing.
  @Test func asksModelsAsTheyAreUsuallyAsked() throws {
    let lines = try read(
      """
      {"prompt": "fox"}
      {"prompt": "fox", "steps": 20}
      {"prompt": "fox", "guidance": 4.5, "steps": null}
      {"prompt": "fox", "sampler": "ddim"}
      """)
    let lcm = ModelDescription(try ModelFolder(Golden.model("lcm-tiny")))
    let asked = lines.map { $0.askedOf(lcm) }
    #expect(asked.map(\.job.steps) == [4, 20, 4, 20])
    #expect(asked.map(\.job.guidance) == [0, 0, 4.5, 4.5])
    #expect(asked.map(\.key) == lines.map(\.key))
    let common = ModelDescription(try ModelFolder(Golden.model("sigma-tiny")))
    #expect(lines.map { $0.askedOf(common) } == lines)
  }

  @Test func namesEveryFault() throws {
    let found = try faults(
      """
      {"prompt": "a fox"}
      {"prompt": "a fox", "guidence": 3}
      a fox
      {"steps": 3}
      {"prompt": "a fox", "steps": "three"}
      {"prompt": "a fox", "seed": -1}
      """)
    #expect(found.count == 5)
    #expect(
      found[0].hasPrefix("line 2: There is no 'guidence'. The names are bin, branch, condition, "))
    #expect(
      found[1]
        == "line 3: This is no JSON object. Write one a line, such as {\"prompt\": \"a fox\"}.")
    #expect(found[2] == "line 4: It cannot be read: 'prompt' is missing.")
    #expect(found[3] == "line 5: It cannot be read: 'steps' is no Int.")
    #expect(found[4].hasPrefix("line 6: It cannot be read: "))
  }

  @Test func refusesWhatHoldsNothing() throws {
    #expect(throws: BatchError.empty(path: file.path)) { try read(" \n\n") }
    #expect(
      throws: BatchError.unreadable(path: "/nonexistent/a", reason: "No such file or directory")
    ) { try BatchFile(URL(filePath: "/nonexistent/a")) }
    #expect(throws: BatchError.self) { try BatchFile(folder) }
  }

  // MARK: Journal

  @Test func remembersPictures() throws {
    let lines = try read("{\"prompt\": \"a\", \"count\": 2}\n{\"prompt\": \"b\"}")
    try {
      let journal = try BatchJournal(of: file)
      #expect(!journal.isDone(lines[0], picture: 0))
      try journal.record(lines[0], picture: 1, in: URL(filePath: "/a.png"))
      #expect(journal.isDone(lines[0], picture: 1))
      // One at a time.
      #expect(throws: BatchError.inUse(path: file.path + ".done")) { try BatchJournal(of: file) }
    }()
    let again = try BatchJournal(of: file)
    #expect(again.isDone(lines[0], picture: 1))
    #expect(!again.isDone(lines[0], picture: 0) && !again.isDone(lines[1], picture: 0))
  }

  /// Cut off anywhere, a journal knows every line that is whole, and goes on after them.
  @Test func survivesATornLine() throws {
    let lines = try read("{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n{\"prompt\": \"c\"}")
    let done = URL(filePath: file.path + ".done")
    try {
      let journal = try BatchJournal(of: file)
      for line in lines.prefix(2) { try journal.record(line, picture: 0, in: file) }
    }()
    let whole = try Data(contentsOf: done)
    let first = try #require(whole.firstIndex(of: 10)) + 1
    for count in 0...whole.count {
      try whole.prefix(count).write(to: done)
      try {
        let journal = try BatchJournal(of: file)
        // A line is known once its last bracket is there, with or without its end.
        #expect(journal.isDone(lines[0], picture: 0) == (count >= first - 1), "\(count) bytes")
        #expect(journal.isDone(lines[1], picture: 0) == (count >= whole.count - 1))
        try journal.record(lines[2], picture: 0, in: file)
      }()
      let again = try BatchJournal(of: file)
      #expect(again.isDone(lines[2], picture: 0), "\(count) bytes")
      #expect(again.isDone(lines[0], picture: 0) == (count >= first - 1))
    }
  }

  // MARK: Time

  /// By work: a picture of twice the steps takes twice as long.
  @Test func saysHowLongTheRestTakes() throws {
    let small = BatchClock.work(steps: 10, isGuided: false, pixels: 100)
    let large = BatchClock.work(steps: 10, isGuided: true, pixels: 200)
    var clock = BatchClock(works: [small, large, small])
    #expect(clock.secondsLeft(after: 0, current: small, share: 0) == nil)
    // Half of the first picture in 1 s: 11 halves are left.
    #expect(clock.secondsLeft(after: 1, current: small, share: 0.5) == 11)
    clock.add(small)
    #expect(clock.secondsLeft(after: 3, current: large, share: 0.5) == 3)
  }
}
