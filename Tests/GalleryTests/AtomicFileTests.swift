import Foundation
import Gallery
import Testing

@Suite struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try inFolder { folder in
      let file = folder.appending(path: "a.png")
      try AtomicFile.write(Data("one".utf8), to: file)
      try AtomicFile.write(Data("two".utf8), to: file)
      #expect(try Data(contentsOf: file) == Data("two".utf8))
      #expect(try names(in: folder) == ["a.png"])
    }
  }

  /// What a killed process left goes with the next file; what may be in use stays.
  @Test func removesWhatKilledProcessesLeft() throws {
    // A process that is gone, whose number is not given out again so soon.
    let gone = Process()
    gone.executableURL = URL(filePath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    try inFolder { folder in
      func leave(_ name: String, age: TimeInterval) throws {
        let file = folder.appending(path: name)
        try Data("half".utf8).write(to: file)
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
      }
      try leave(".pixart-\(gone.processIdentifier)-1.tmp", age: 7200)
      try leave(".pixart-\(gone.processIdentifier)-2.tmp", age: 60)
      try leave(".pixart-\(getpid())-3.tmp", age: 7200)
      try leave(".pixart-notes.tmp", age: 7200)
      try AtomicFile.write(Data("x".utf8), to: folder.appending(path: "a.png"))
      #expect(
        try names(in: folder).sorted()
          == [
            ".pixart-\(gone.processIdentifier)-2.tmp", ".pixart-\(getpid())-3.tmp",
            ".pixart-notes.tmp", "a.png",
          ].sorted())
    }
  }

  @Test func saysThatTheFolderIsMissing() throws {
    try inFolder { folder in
      let missing = folder.appending(path: "none")
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write(Data("x".utf8), to: missing.appending(path: "a.png"))
      }
      #expect(
        error?.description
          == "There is no folder '\(missing.path)'. "
          + "Make it first (mkdir -p) or choose another place.")
    }
  }

  @Test func saysThatTheParentIsAFile() throws {
    try inFolder { folder in
      let file = folder.appending(path: "file")
      try Data("kept".utf8).write(to: file)
      #expect(throws: FileError.notAFolder(path: file.path)) {
        try AtomicFile.write(Data("x".utf8), to: file.appending(path: "a.png"))
      }
      #expect(try Data(contentsOf: file) == Data("kept".utf8))
      #expect(try names(in: folder) == ["file"])
    }
  }

  @Test func refusesAFolderAsTarget() throws {
    try inFolder { folder in
      let target = folder.appending(path: "sub")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
      #expect(throws: FileError.isFolder(path: target.path)) {
        try AtomicFile.write(Data("x".utf8), to: target)
      }
      #expect(try names(in: folder) == ["sub"])
    }
  }

  /// The name is refused only when the file is renamed, so the temporary one must go.
  @Test func removesTheTemporaryFileOnFailure() throws {
    try inFolder { folder in
      let name = String(repeating: "n", count: 300)
      #expect(
        throws: FileError.failed(
          path: folder.appending(path: name).path, reason: "File name too long")
      ) { try AtomicFile.write(Data("x".utf8), to: folder.appending(path: name)) }
      let left = try names(in: folder)
      #expect(left.isEmpty)
    }
  }

  /// `/dev/full` answers every write with "No space left on device".
  @Test func saysThatTheDiskIsFull() {
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write(Data("12345".utf8), to: URL(filePath: "/dev/full"))
    }
    #expect(
      error?.description
        == "No room for the 5 bytes of '/dev/full'. Free space or choose another disk.")
  }

  @Test func writesIntoDevicesWithoutReplacingThem() throws {
    try AtomicFile.write(Data("x".utf8), to: URL(filePath: "/dev/null"))
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func neverOverwritesWithNewNames() throws {
    try inFolder { folder in
      let files = try (1...3).map {
        try AtomicFile.writeNew(Data("\($0)".utf8), named: "a.png", in: folder)
      }
      #expect(files.map(\.lastPathComponent) == ["a.png", "a-2.png", "a-3.png"])
      #expect(try files.map { try String(contentsOf: $0, encoding: .utf8) } == ["1", "2", "3"])
      #expect(try names(in: folder) == ["a-2.png", "a-3.png", "a.png"])
    }
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pixart-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}
