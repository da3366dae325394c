import Foundation
import Gallery
import Tensors
import Testing

/// The text encoder's packed weights, as runs of the program keep them in the cache folder.
@Suite struct PreparedRunTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private var cache: URL { workplace.home.appending(path: ".cache/pixart") }
  private var prepared: URL { cache.appending(path: "prepared") }

  /// What is there of packed weights, hidden files too.
  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: prepared.path)) ?? []).sorted()
  }

  private var onlyFile: URL {
    get throws {
      let names = names
      try #require(names.count == 1 && names[0].hasSuffix("-int8.safetensors"), "\(names)")
      return prepared.appending(path: names[0])
    }
  }

  private static func arguments(_ name: String) -> [String] {
    [
      "generate", "a red fox", "--model", "default", "--seed", "3", "--steps", "2", "--size",
      "64x64",
      "--precision", "int8", "--output", name,
    ]
  }

  /// A small picture whose prompt is encoded anew.
  private func make(
    _ name: String, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> FinishedRun {
    try? FileManager.default.removeItem(at: cache.appending(path: "prompts"))
    return try workplace.run(Self.arguments(name) + arguments, environment: environment)
  }

  private func pixels(_ name: String) throws -> [UInt8] {
    try ImageFile.decode(URL(filePath: workplace.path(name))).bytes
  }

  /// The built-in text encoder has 4 layers of width 192: 1.8 million numbers in its blocks.
  @Test func areMadeOnce() throws {
    try make("first.png").expectSuccess()
    let file = try onlyFile
    let made = try Data(contentsOf: file)
    #expect((2_000_000...2_400_000).contains(made.count), "\(made.count)")
    try make("second.png").expectSuccess()
    #expect(try pixels("second.png") == pixels("first.png"))
    #expect(try Data(contentsOf: onlyFile) == made)

    // Damage is found, said and made good.
    var damaged = made
    damaged[made.count / 2] ^= 1
    try damaged.write(to: file)
    let run = try make("third.png")
    #expect(run.code == 0)
    let said = /pixart: '[^']+-int8\.safetensors' is damaged in '[^']+'\. It is made anew\.\n/
    #expect(run.error.wholeMatch(of: said) != nil, "\(run)")
    #expect(try pixels("third.png") == pixels("first.png"))
    #expect(try Data(contentsOf: onlyFile) == made)

    // Programs hear it as an event.
    try made.dropLast().write(to: file)
    let events = try make("fourth.png", "--json").events()
    let notes = events.filter { $0["event"] as? String == "note" }
    #expect(notes.count == 1)
    #expect(notes.first?["text"] as? String == "'\(file.path)' is damaged. It is made anew.")
  }

  /// Without room, or where nothing may be written, the picture is the same; what was begun goes.
  @Test(.enabled(if: SmallDisk.isPossible, "a small disk has to be mounted, which needs root"))
  func needNoRoom() throws {
    try make("room.png").expectSuccess()
    let disk = try SmallDisk(workplace, bytes: 1 << 20)
    let environment = ["XDG_CACHE_HOME": disk.folder.path]
    let full = try make("full.png", environment: environment)
    #expect(full.code == 0)
    let ending = "Weights are packed for each prompt instead, which takes longer.\n"
    let said = try Regex(
      "pixart: '[^']+-int8.safetensors' needs 3 MB, but 1 MB are free. \(ending)")
    #expect(full.error.wholeMatch(of: said) != nil, "\(full)")
    #expect(try pixels("full.png") == pixels("room.png"))
    #expect(!disk.files.contains { $0.contains("int8") })
    try FileManager.default.removeItem(at: disk.folder.appending(path: "pixart/prompts"))
    try disk.makeReadOnly()
    let locked = try make("locked.png", environment: environment)
    #expect(locked.code == 0)
    #expect(
      locked.error.hasSuffix("cannot be written: Read-only file system. \(ending)"), "\(locked)")
    #expect(try pixels("locked.png") == pixels("room.png"))
  }

  /// kill -9 while they are made: nothing half-made is ever taken for whole.
  @Test func surviveKills() throws {
    try make("reference.png").expectSuccess()
    let whole = try Data(contentsOf: onlyFile)
    var random = SeededNumbers.forKills
    for round in 0..<10 {
      try FileManager.default.removeItem(at: prepared)
      try? FileManager.default.removeItem(at: cache.appending(path: "prompts"))
      let run = try workplace.start(Self.arguments("killed.png"))
      // Half of them as soon as there is something to destroy.
      let deadline = ContinuousClock.now + .seconds(30)
      while round % 2 == 0, names.isEmpty, run.process.isRunning, ContinuousClock.now < deadline {}
      usleep(UInt32.random(in: 0...(round % 2 == 0 ? 20_000 : 300_000), using: &random))
      run.send(SIGKILL)
      _ = run.finish()
      for name in names where !name.hasPrefix(".") {
        #expect(try Data(contentsOf: prepared.appending(path: name)) == whole)
      }
      try make("after.png").expectSuccess()
      #expect(try Data(contentsOf: onlyFile) == whole)
      #expect(try pixels("after.png") == pixels("reference.png"))
    }
  }
}
