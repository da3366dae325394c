import ArgumentParser
import Foundation
import Studio
import Terminal

/// The program without a command.
struct StudioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio", abstract: "Opens the studio in this terminal (the default).",
    discussion: """
      Type a prompt and press Enter; ? lists the keys of a panel, : finds every command.
      Settings are in config.toml, which the first start writes.
      """)

  @Flag(help: "Line by line, without a screen: for pipes, logs and screen readers.")
  var plain = false

  @Option(
    help: "How pictures are shown: auto, sixel, kitty, blocks or none.",
    transform: GraphicsChoice.init(argument:))
  var graphics: GraphicsChoice?

  @Option(help: "A theme's name.")
  var theme: String?

  @Option(help: "The folder that pictures go to.")
  var gallery: String?

  @Option(parsing: .unconditional, help: "Threads that compute. All cores if not given.")
  var threads: Int?

  /// Words that are no command end up here, since the studio is what happens without one.
  @Argument(help: .hidden)
  var words: [String] = []

  func validate() throws {
    if let word = words.first {
      let names = Pixart.configuration.subcommands.compactMap { $0.configuration.commandName }
      throw ValidationError(
        "There is no command '\(word)'; there are \(names.joined(separator: ", ")).")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
    if gallery?.isEmpty == true {
      throw ValidationError("--gallery is followed by an empty text.")
    }
  }

  func run() throws {
    var options = StudioProgram.Options(version: Pixart.version)
    options.gallery = gallery.map { URL(filePath: $0) }
    options.graphics = graphics
    options.theme = theme
    options.threads = threads
    let program = StudioProgram(options)
    let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    try plain || !isTerminal ? program.runPlain() : program.run()
  }
}

extension GraphicsChoice {
  fileprivate init(argument: String) throws {
    guard let choice = Self(rawValue: argument) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("Pictures are shown by \(names).")
    }
    self = choice
  }
}
