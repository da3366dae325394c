import Dispatch
import Foundation
import Studio
import Synchronization
import Testing

@Suite struct SaveQueueTests {
  @Test func writesTheLastValueOnly() throws {
    let folder = try TemporaryFolder()
    let queue = SaveQueue { Issue.record("\($0)") }
    let file = StateFile<Probe>(folder("a"))
    let probes = (0..<50).map { Probe(number: $0) }
    for probe in probes { queue.save(probe, to: file) }
    #expect(queue.flush().isEmpty)
    #expect(try folder.text(of: "a") == "{\"version\":1,\"value\":49}\n")
    #expect(probes.filter { $0.encodings.load(ordering: .relaxed) > 0 }.map(\.number) == [49])
  }

  @Test func keepsTheOrderOfFiles() throws {
    let folder = try TemporaryFolder()
    let queue = SaveQueue { Issue.record("\($0)") }
    queue.save(1, to: StateFile(folder("first")))
    queue.append(2, to: HistoryFile(folder("second")))
    queue.flush()
    func written(_ name: String) throws -> Date? {
      try FileManager.default.attributesOfItem(atPath: folder(name).path)[.modificationDate]
        as? Date
    }
    let first = try #require(try written("first"))
    let second = try #require(try written("second"))
    #expect(first <= second)
  }

  @Test func savesSoonWithoutAFlush() async throws {
    let folder = try TemporaryFolder()
    let queue = SaveQueue(delay: .milliseconds(20)) { Issue.record("\($0)") }
    queue.save("x", to: StateFile(folder("a")))
    for _ in 0..<500 where access(folder("a").path, F_OK) != 0 {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try folder.text(of: "a") == "{\"version\":1,\"value\":\"x\"}\n")
  }

  @Test func triesAgainAndTellsOnce() throws {
    let folder = try TemporaryFolder()
    let reports = Reports()
    let queue = SaveQueue { reports.add($0) }
    // A file stands where the folder should be.
    try folder.write("", to: "state")
    let (session, history) = (folder("state/session"), folder("state/history"))
    let reason =
      "'\(folder("state").path)' is a file, so nothing can be written below it. "
      + "Choose another place."
    for number in 1...3 {
      queue.save(number, to: StateFile(session))
      queue.append(number, to: HistoryFile(history))
      #expect(queue.flush() == [reason, reason])
    }
    try FileManager.default.removeItem(at: folder("state"))
    #expect(queue.flush().isEmpty)
    #expect(try folder.text(of: "state/session") == "{\"version\":1,\"value\":3}\n")
    #expect(try folder.text(of: "state/history") == "1\n2\n3\n")
    #expect(
      reports.all == [
        .failed(file: session, reason: reason), .failed(file: history, reason: reason),
        .savedAgain(file: session), .savedAgain(file: history),
      ])
  }

  /// Killed at a random moment: whatever was said to be saved is there.
  @Test(arguments: 0..<10) func survivesKill(round: Int) async throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    let milliseconds = Int.random(in: 20...500)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, milliseconds = milliseconds as Int] in
      let folder = URL(filePath: path)
      let said = open(path + "/said", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
        kill(getpid(), SIGKILL)
      }
      let queue = SaveQueue(delay: .milliseconds(1)) { _ in }
      let history = HistoryFile<Int>(folder.appending(path: "history"), keeping: 20, above: 30)
      let session = StateFile<[Int]>(folder.appending(path: "session"))
      for number in 0... {
        queue.append(number, to: history)
        queue.save([number, number], to: session)
        guard queue.flush().isEmpty else { exit(1) }
        let line = Array("\(number)\n".utf8)
        write(said, line, line.count)
        if number % 10 == 9 { queue.compact(history) }
      }
    }
    let said = (try? folder.text(of: "said"))?.split(separator: "\n").compactMap { Int($0) } ?? []
    let history = try HistoryFile<Int>(folder("history")).load()
    let last = said.last ?? -1
    let newest = history.last ?? -1
    // One more may have been written before it could be said.
    #expect(newest == last || newest == last + 1)
    #expect(history == Array(newest + 1 - history.count..<newest + 1))
    #expect(history.count >= min(20, newest + 1))
    switch StateFile<[Int]>(folder("session")).load() {
    case .value(let session):
      #expect(session.first == session.last)
      #expect((session.first ?? -1) >= last)
    case .missing: #expect(last == -1)
    case let other: Issue.record("\(other)")
    }
  }
}

/// A number that counts how often it was written.
private final class Probe: Codable, Sendable {
  let number: Int
  let encodings = Atomic(0)

  init(number: Int) { self.number = number }

  init(from decoder: any Decoder) throws {
    number = try decoder.singleValueContainer().decode(Int.self)
  }

  func encode(to encoder: any Encoder) throws {
    encodings.add(1, ordering: .relaxed)
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

private final class Reports: Sendable {
  private let list = Mutex<[SaveQueue.Report]>([])

  var all: [SaveQueue.Report] { list.withLock { $0 } }

  func add(_ report: SaveQueue.Report) { list.withLock { $0.append(report) } }
}
