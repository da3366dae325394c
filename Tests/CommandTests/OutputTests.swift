import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// Where pictures and traces go, and what is left when they cannot.
@Suite struct OutputTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  // MARK: Places

  @Test func writesToAFileAndReplacesIt() throws {
    try workplace.write("a.png", Data("old".utf8))
    let run = try workplace.generate("--output", "a.png")
    run.expectSuccess()
    #expect(run.output == workplace.path("a.png") + "\n")
    #expect(try ImageFile.decode(URL(filePath: workplace.path("a.png"))).width == 48)
    #expect(workplace.files == ["a.png"])
  }

  /// Named by time, seed and prompt; a second one gets another name.
  @Test(arguments: ["pictures", "pictures/"]) func writesIntoAFolder(output: String) throws {
    let folder = workplace.folder.appending(path: "pictures")
    if !output.hasSuffix("/") {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    for _ in 0..<2 { try workplace.generate("--output", output, "--seed", "7").expectSuccess() }
    let names = workplace.files
    #expect(names.count == 2)
    for name in names {
      #expect(
        name.wholeMatch(of: /pictures\/\d{8}-\d{6}-seed7-three-stars(-2)?\.png/) != nil, "\(name)")
    }
  }

  @Test func writesToTheGalleryOfTheEnvironment() throws {
    let run = try workplace.generate("--seed", "7")
    run.expectSuccess()
    #expect(run.output.hasPrefix(workplace.gallery.path + "/"))
    let data = workplace.folder.appending(path: "data")
    let other = try workplace.generate(
      "--seed", "7", environment: ["XDG_DATA_HOME": data.path])
    #expect(other.output.hasPrefix(data.path + "/pixart/gallery/"))
    let named = try workplace.generate("--seed", "7", "--gallery", "mine")
    #expect(named.output.hasPrefix(workplace.path("mine") + "/"))
  }

  @Test func writesToADevice() throws {
    let run = try workplace.generate("--output", "/dev/null")
    run.expectSuccess()
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }

  // MARK: Refusals, before the work

  private func expectRefusal(
    _ arguments: String..., message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = workplace.files
    // So many steps of a large picture would take minutes: the refusal has to come first.
    let slow = ["--steps", "900", "--size", "1024x1024"]
    try workplace.run(Workplace.generation(slow + arguments)).expectFailure(
      message, sourceLocation: sourceLocation)
    #expect(workplace.files == before, sourceLocation: sourceLocation)
  }

  @Test func refusesAPathBelowAFile() throws {
    let file = try workplace.write("file", Data())
    let message =
      "'\(file.path)' is a file, so nothing can be written below it. Choose another place."
    try expectRefusal("--output", "file/a.png", message: message)
    try expectRefusal("--output", "file/pictures/", message: message)
    try expectRefusal("--output", "file/", message: message)
    try expectRefusal("--gallery", "file", message: message)
    try expectRefusal("--trace", "file/a.safetensors", message: message)
  }

  @Test func refusesAMissingFolder() throws {
    let message = """
      There is no folder '\(workplace.path("absent"))'. Make it first (mkdir -p) or choose another \
      place.
      """
    try expectRefusal("--output", "absent/a.png", message: message)
    try expectRefusal("--trace", "absent/a.safetensors", message: message)
  }

  @Test func refusesOneFileForManyPictures() throws {
    try expectRefusal(
      "--output", "a.png", "--count", "2",
      message: "'a.png' is one file, but 2 pictures were asked for. Name a folder.")
    try workplace.write("file", Data())
    try expectRefusal(
      "--output", "file", "--count", "2",
      message: "'file' is one file, but 2 pictures were asked for. Name a folder.")
  }

  @Test func refusesAFolderAsATrace() throws {
    try expectRefusal(
      "--trace", ".",
      message: "'\(workplace.folder.path)' is a folder, not a file. Add a file name to it.")
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func refusesAFolderWithoutPermission() throws {
    let folder = workplace.folder.appending(path: "closed")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
    try expectRefusal(
      "--output", "closed/a.png",
      message: """
        Nothing can be written in '\(folder.path)': Permission denied. Change its permissions or \
        choose another place.
        """)
  }

  // MARK: Failures while writing

  @Test func saysThatTheDiskIsFull() throws {
    let run = try workplace.generate("--output", "/dev/full")
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(
      run.error.wholeMatch(
        of:
          /pixart: No room for the \d+ bytes of '\/dev\/full'\. Free space or choose another disk\.\n/
      ) != nil, "\(run)")
  }

  /// A file may have 1 KB, which ends the picture's in its middle.
  @Test func leavesNothingOfAFileThatCannotBeWritten() throws {
    let arguments = Workplace.generation(["--output", "a.png", "--quiet"])
    let run = try workplace.run(
      ["-c", "trap '' XFSZ; ulimit -f 2; exec \"$@\"", "sh", Workplace.program.path] + arguments,
      program: URL(filePath: "/bin/sh"))
    run.expectFailure(
      """
      '\(workplace.path("a.png"))' could not be written: File too large. Choose another place.
      """)
    #expect(workplace.files.isEmpty)
    let prompts = workplace.home.appending(path: ".cache/pixart/prompts").path
    #expect(try FileManager.default.subpathsOfDirectory(atPath: prompts).isEmpty)
  }
}
