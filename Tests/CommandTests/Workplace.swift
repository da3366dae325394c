import Foundation
import TestSupport
import Testing

/// A temporary home and working directory for the built program; gone when the test is.
final class Workplace {
  /// Where the program runs.
  let folder: URL
  let home: URL
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "pixart-\(UUID().uuidString)")
    folder = root.appending(path: "work")
    home = root.appending(path: "home")
    for folder in [folder, home] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  /// The program that was built together with these tests.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "pixart")

  /// Where pictures go that go nowhere else.
  var gallery: URL { home.appending(path: ".local/share/pixart/gallery") }

  // MARK: Running

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - environment: Added to a minimal one.
  ///   - folder: The working directory, if it is not ``folder``.
  ///   - program: Something else to run, such as a shell.
  func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil,
    program: URL = Workplace.program, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> FinishedRun {
    try start(arguments, environment: environment, in: folder, program: program)
      .finish(sourceLocation: sourceLocation)
  }

  /// Makes a picture of 48x48 pixels with a golden model, unless the arguments say otherwise.
  func generate(
    _ arguments: String..., environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> FinishedRun {
    try run(
      Self.generation(arguments), environment: environment, sourceLocation: sourceLocation)
  }

  /// A golden model, the one that runs take without `--model`.
  static let model = Golden.model("sigma-tiny").path

  /// An environment in which the golden models are found by name.
  static let goldenModels = ["PIXART_MODELS": Golden.root.appending(path: "models").path]

  static func generation(_ arguments: [String]) -> [String] {
    var all = ["generate", "three stars"]
    if !arguments.contains("--model") { all += ["--model", model] }
    if !arguments.contains("--size") { all += ["--size", "48x48"] }
    if !arguments.contains("--steps") { all += ["--steps", "2"] }
    return all + arguments
  }

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - output: In place of a file that is read at the end.
  ///   - error: In place of a file that is read at the end.
  func start(
    _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil,
    program: URL = Workplace.program, output: FileHandle? = nil, error: FileHandle? = nil
  ) throws -> StartedRun {
    let streams = ["output", "error"].map { root.appending(path: "\(UUID().uuidString)-\($0)") }
    for stream in streams { try Data().write(to: stream) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? self.folder
    process.environment = self.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try output ?? FileHandle(forWritingTo: streams[0])
    process.standardError = try error ?? FileHandle(forWritingTo: streams[1])
    try process.run()
    return StartedRun(process: process, output: streams[0], error: streams[1])
  }

  private var environment: [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment = ["HOME": home.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    for name in ["LD_LIBRARY_PATH", "TMPDIR"] { environment[name] = own[name] }
    return environment
  }

  // MARK: Files

  /// A path below the working directory.
  func path(_ name: String) -> String { folder.appending(path: name).path }

  @discardableResult
  func write(_ name: String, _ contents: Data) throws -> URL {
    let file = folder.appending(path: name)
    try contents.write(to: file)
    return file
  }

  /// Copies a model of the goldens here, so that it can be damaged.
  func copyModel(_ name: String = "sigma-tiny") throws -> URL {
    let copy = folder.appending(path: name)
    try self.copy(Golden.model(name), to: copy)
    return copy
  }

  /// Copies a file or folder, with the folders on the way to it.
  ///
  /// `cp` because a program that this process had open for writing could not be run at once.
  func copy(_ source: URL, to target: URL) throws {
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try run(["-R", source.path, target.path], program: URL(filePath: "/bin/cp")).expectSuccess()
  }

  /// All files below the working directory and the gallery, temporary ones too.
  var files: [String] {
    [folder, gallery].flatMap { folder -> [String] in
      (FileManager.default.subpaths(atPath: folder.path) ?? []).filter {
        var isFolder: ObjCBool = false
        let path = folder.appending(path: $0).path
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          && !isFolder.boolValue
      }
    }.sorted()
  }
}
