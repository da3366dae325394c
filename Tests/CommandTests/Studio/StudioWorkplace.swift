import Foundation
import Gallery
import Tensors
import Testing

/// What the studio finds and leaves in a test's home folder.
extension Workplace {
  /// Settings for quick pictures of a tiny model.
  static let quickSettings = "model = \"\(model)\"\nsize = \"48x48\"\nsteps = 4\n"
  /// Settings for a picture that takes longer than a test waits.
  static let slowSettings = "model = \"\(model)\"\nsize = \"512x512\"\nsteps = 900\n"

  /// Starts a program that no signal is kept from.
  ///
  /// Threads that run tests block most signals, and programs inherit that.
  func startWithOpenSignals(
    _ arguments: [String], environment: [String: String] = [:], program: URL
  ) throws -> StartedRun {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try start(arguments, environment: environment, program: program)
  }

  private var state: URL { home.appending(path: ".local/state/pixart") }

  func configure(_ settings: String) throws {
    let folder = home.appending(path: ".config/pixart")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(settings.utf8).write(to: folder.appending(path: "config.toml"))
  }

  /// The session file; empty before there is one.
  var session: String {
    String(
      decoding: (try? Data(contentsOf: state.appending(path: "session.json"))) ?? Data(),
      as: UTF8.self)
  }

  /// What Ctrl-S wrote; empty before that.
  var writtenScreen: String {
    String(
      decoding: (try? Data(contentsOf: state.appending(path: "screen.txt"))) ?? Data(),
      as: UTF8.self)
  }

  func forgetWrittenScreen() {
    try? FileManager.default.removeItem(at: state.appending(path: "screen.txt"))
  }

  /// Everything in the gallery that has a picture's name.
  var pictures: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: gallery.path)) ?? []
    return names.filter { $0.hasSuffix(".png") }.sorted().map { gallery.appending(path: $0) }
  }

  /// The gallery's index, healed if need be, lists the files that are there and nothing else.
  func expectIndexed(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let list = try run(["gallery", "list", "--json"], sourceLocation: sourceLocation)
    list.expectSuccess(sourceLocation: sourceLocation)
    let names = try list.events(sourceLocation: sourceLocation).compactMap {
      $0["name"] as? String
    }
    #expect(names.sorted() == pictures.map(\.lastPathComponent), sourceLocation: sourceLocation)
  }

  /// Reads a picture to its end, and how it was made.
  func whole(_ picture: URL, sourceLocation: SourceLocation = #_sourceLocation) throws -> (
    image: PixelImage, recipe: Recipe
  ) {
    let recipe = try Recipe(readingFrom: Data(contentsOf: picture))
    return (
      try ImageFile.decode(picture),
      try #require(recipe, "\(picture.path) has no recipe", sourceLocation: sourceLocation)
    )
  }
}

/// Tests that start the built studio in a real terminal, one at a time.
@Suite(.serialized) struct DrivenStudioTests {}
