import ArgumentParser

@main
struct Pixart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pixart", abstract: "A terminal studio for PixArt text-to-image models.",
    subcommands: [BenchCommand.self])
}
