import Foundation
import Studio
import Testing

@Suite struct StudioLockTests {
  @Test func givesTheFolderToOne() throws {
    let folder = try TemporaryFolder()
    var first = try take(folder.url)
    #expect(first.lock != nil)
    #expect(try take(folder.url) == (nil, getpid()))
    #expect(try folder.text(of: "lock") == "\(getpid())\n")
    first.lock = nil
    #expect(try take(folder.url).lock != nil)
  }

  /// A process that is killed leaves the lock's file, but not the lock.
  @Test func isFreeAfterAKill() async throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      guard case .taken(let lock) = try StudioLock.take(URL(filePath: path)) else { exit(1) }
      withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
    }
    #expect(try folder.names == ["lock"])
    #expect(try take(folder.url).lock != nil)
  }

  @Test func givesLaterStudiosPlacesOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let state = folder("state")
    let first = try StudioHome.take(in: state)
    #expect(first.folder.path == state.path)
    #expect((first.number, first.firstStudio) == (1, nil))
    let second = try StudioHome.take(in: state)
    #expect(second.folder.path == state.path + "/session-2")
    #expect((second.number, second.firstStudio) == (2, getpid()))
    let third = try StudioHome.take(in: state)
    #expect(third.folder.path == state.path + "/session-3")
    #expect(StudioHome.abandoned(in: state).isEmpty)
    withExtendedLifetime((first, second, third)) {}
  }

  @Test func findsWhatWasAbandoned() throws {
    let folder = try TemporaryFolder()
    let state = folder("state")
    do {
      let homes = try (1...3).map { _ in try StudioHome.take(in: state) }
      for home in homes {
        try StateFile(home.folder.appending(path: "queue.json")).save(home.number)
      }
    }
    let first = try StudioHome.take(in: state)
    let abandoned = StudioHome.abandoned(in: state)
    #expect(abandoned.map(\.number) == [2, 3])
    // A studio that starts while they are looked at does not get them.
    #expect(try StudioHome.take(in: state).number == 4)
    for home in abandoned {
      guard
        case .value(home.number) = StateFile<Int>(home.folder.appending(path: "queue.json")).load()
      else {
        Issue.record("nothing in \(home.folder)")
        continue
      }
      try home.discard()
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: state.path).sorted() == [
        "lock", "queue.json", "session-4",
      ])
    try first.discard()
    #expect(access(state.appending(path: "queue.json").path, F_OK) == 0)
  }

  private func take(_ folder: URL) throws -> (lock: StudioLock?, pid: Int32?) {
    switch try StudioLock.take(folder) {
    case .taken(let lock): (lock, nil)
    case .heldBy(let pid): (nil, pid)
    }
  }
}

private func == (
  left: (lock: StudioLock?, pid: Int32?), right: (lock: StudioLock?, pid: Int32?)
) -> Bool { left.lock === right.lock && left.pid == right.pid }
