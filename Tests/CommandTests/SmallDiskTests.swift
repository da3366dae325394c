import Foundation
import Gallery
import Testing

/// Disks that are full or read-only, as `generate`, a batch and the gallery meet them.
@Suite(.enabled(if: SmallDisk.isPossible, "a small disk has to be mounted, which needs root"))
struct SmallDiskTests {
  private let workplace: Workplace
  private let gallery: String

  init() throws {
    workplace = try Workplace()
    gallery = workplace.path("disk/gallery")
  }

  private func pictures(_ disk: SmallDisk) -> [String] {
    disk.files.filter { $0.hasSuffix(".png") && !$0.contains(".trash") }
  }

  private func gallery(_ arguments: String...) throws -> FinishedRun {
    try workplace.run(["gallery"] + arguments + ["--gallery", gallery])
  }

  private func list() throws -> [String] {
    let run = try gallery("list", "--json", "--sort", "name")
    run.expectSuccess()
    return try run.events().compactMap { $0["name"] as? String }.map { "gallery/\($0)" }
  }

  /// Pictures until there is no more room: those that were announced are whole, nothing else is there.
  @Test func aFullDiskEndsARun() throws {
    let disk = try SmallDisk(workplace)
    let run = try workplace.generate("--gallery", gallery, "--count", "100", "--seed", "7")
    #expect(run.code == 1 && !run.wasKilled)
    let made = run.output.split(separator: "\n").map(String.init)
    #expect((2...16).contains(made.count), "\(run)")
    #expect(
      made.map { "gallery/" + URL(filePath: $0).lastPathComponent }.sorted() == pictures(disk))
    for file in made { _ = try workplace.whole(URL(filePath: file)) }
    let next = 7 + made.count
    let message = try Regex(
      "pixart: No room for the \\d+ bytes of '\(gallery)/[0-9-]+-seed\(next)-three-stars.png'. "
        + "Free space or choose another disk.\n")
    #expect(run.error.wholeMatch(of: message) != nil, "\(run)")
    #expect(disk.files == ["gallery"] + pictures(disk))
    #expect(try list() == pictures(disk))

    try disk.fill()
    let none = try workplace.generate("--gallery", gallery, "--seed", "\(next)")
    #expect(none.code == 1 && none.error.wholeMatch(of: message) != nil, "\(none)")
    #expect(disk.files == ["gallery"] + pictures(disk) && pictures(disk).count == made.count)
  }

  /// Marks need a second copy for a moment; the first one stays as it was, to the byte and the second.
  @Test func aFullDiskKeepsMarksAsTheyWere() throws {
    let disk = try SmallDisk(workplace)
    try workplace.generate("--gallery", gallery, "--seed", "7").expectSuccess()
    let name = try #require(pictures(disk).first)
    let file = disk.folder.appending(path: name)
    try gallery("rate", "3", file.path).expectSuccess()
    let before = try Data(contentsOf: file)
    let time =
      try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
    try disk.fill()
    for arguments in [["star"], ["rate", "5"]] {
      let run = try workplace.run(["gallery"] + arguments + [file.path, "--gallery", gallery])
      #expect(run.code == 1)
      #expect(run.error.hasPrefix("pixart: No room for the "), "\(run)")
    }
    #expect(try Data(contentsOf: file) == before)
    #expect(
      try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
        == time)
    #expect(disk.files == ["gallery", name])
    try disk.empty()
    try gallery("star", file.path).expectSuccess()
    #expect(try PictureMetadata(file: file).marks == PictureMarks(star: true, rating: 3))
  }

  /// The disk can take no more names: what was to go into the trash, or come back, stays where it is.
  @Test func aDiskWithoutNamesKeepsPictures() throws {
    let disk = try SmallDisk(workplace, mostFiles: 8)
    try workplace.generate("--gallery", gallery, "--seed", "7").expectSuccess()
    try workplace.generate("--gallery", gallery, "--seed", "8").expectSuccess()
    let names = pictures(disk).map { URL(filePath: $0).lastPathComponent }
    let trashed = try gallery("trash", names[0])
    trashed.expectSuccess()
    let ticket = trashed.output.trimmingCharacters(in: .newlines)
    var spare: [URL] = []
    while true {
      let file = disk.folder.appending(path: "spare-\(spare.count)")
      guard FileManager.default.createFile(atPath: file.path, contents: nil) else { break }
      spare.append(file)
    }
    let before = disk.files
    let restored = try gallery("restore")
    restored.expectFailure(
      "No room for '\(gallery)/\(names[0])'. Free space or choose another disk.")
    let again = try gallery("trash", names[1])
    #expect(again.code == 1)
    #expect(again.error.hasPrefix("pixart: No room for '\(gallery)/.trash/"), "\(again)")
    #expect(disk.files == before)
    #expect(before.contains("gallery/.trash/\(ticket)/\(names[0])"))
    for file in spare { try FileManager.default.removeItem(at: file) }
    #expect(try gallery("restore").output == "\(gallery)/\(names[0])\n")
    #expect(try list() == names.map { "gallery/\($0)" })
  }

  /// The index has no room, or runs out of it: it is said, and the answer is the same.
  @Test(arguments: [0, 4096, 16384, 49152]) func aFullDiskIsNoEndOfTheIndex(room: Int) throws {
    for _ in 0..<2 { try workplace.generate("--gallery", "pictures").expectSuccess() }
    let disk = try SmallDisk(workplace, bytes: 65536)
    try Data(count: 65536 - room).write(to: disk.folder.appending(path: "ballast"))
    let run = try workplace.run(
      ["gallery", "list", "--gallery", "pictures", "--json"],
      environment: ["XDG_CACHE_HOME": disk.folder.path])
    #expect(run.code == 0)
    #expect(try run.events().count == 2)
    let notice =
      /pixart: The gallery's index cannot be kept at '[^']+' \(.+\)\. It is made anew each time; searching works\.\n/
    #expect(run.error.wholeMatch(of: notice) != nil, "\(run)")
  }

  /// A picture that could not be noted is said, and made again when there is room.
  @Test func aFullDiskStopsABatch() throws {
    let disk = try SmallDisk(workplace)
    let lines = (0..<3).map {
      #"{"prompt": "fox", "model": "\#(Workplace.model)", "size": "48x48", "steps": 2, "seed": \#($0)}"#
    }
    try workplace.write("disk/a.jsonl", Data(lines.joined(separator: "\n").utf8))
    let arguments = ["generate", "--batch", "disk/a.jsonl", "--output", "pictures/"]
    try disk.fill()
    let run = try workplace.run(arguments)
    #expect(run.code == 1)
    #expect(run.error.contains("No room for the "), "\(run)")
    #expect(run.error.contains("bytes of '\(disk.folder.path)/a.jsonl.done'"), "\(run)")
    try disk.empty()
    let again = try workplace.run(arguments)
    again.expectSuccess()
    #expect(again.output.split(separator: "\n").count == 3)
    let seeds = try workplace.files.filter { $0.hasSuffix(".png") }.map {
      try workplace.whole(URL(filePath: workplace.path($0))).recipe.seed
    }
    #expect(Set(seeds) == [0, 1, 2])
    let third = try workplace.run(arguments)
    third.expectSuccess()
    #expect(third.output.isEmpty)
  }

  /// A disk that nobody may write to, not even root: pictures are found and nothing is changed.
  @Test func aReadOnlyDiskIsSaid() throws {
    let disk = try SmallDisk(workplace)
    try workplace.generate("--gallery", gallery, "--seed", "7").expectSuccess()
    let name = URL(filePath: try #require(pictures(disk).first)).lastPathComponent
    let before = try Data(contentsOf: disk.folder.appending(path: "gallery/\(name)"))
    try disk.makeReadOnly()
    func refusal(_ folder: String) -> String {
      "Nothing can be written in '\(folder)': Read-only file system. Change its permissions or "
        + "choose another place."
    }
    // So many steps of a large picture would take minutes: the refusal has to come first.
    try workplace.generate(
      "--gallery", gallery, "--steps", "900", "--size", "1024x1024"
    ).expectFailure(refusal(gallery))
    try gallery("star", name).expectFailure(refusal(gallery))
    try gallery("trash", name).expectFailure(refusal(gallery))
    #expect(try list() == ["gallery/\(name)"])
    let elsewhere = try workplace.run(
      ["gallery", "list", "three", "--json", "--gallery", gallery],
      environment: ["XDG_CACHE_HOME": disk.folder.path])
    #expect(elsewhere.code == 0)
    #expect(try elsewhere.events().count == 1)
    #expect(elsewhere.error.hasPrefix("pixart: The gallery's index cannot be kept at "))
    #expect(disk.files == ["gallery", "gallery/\(name)"])
    #expect(try Data(contentsOf: disk.folder.appending(path: "gallery/\(name)")) == before)
  }
}
