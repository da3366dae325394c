import ArgumentParser
import Foundation

@main
struct Pixart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pixart",
    abstract: "Makes pictures from text with PixArt-α and PixArt-Σ, on this machine.",
    version: version,
    subcommands: [GenerateCommand.self, ModelsCommand.self, BenchCommand.self])

  static let version = "0.1.0"

  /// Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
  static func main() async {
    // A reader that goes away must not kill a run that is being saved.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(report(error))
    }
  }

  /// Says what happened and returns the exit code that goes with it.
  private static func report(_ error: any Error) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    switch exitCode(for: error) {
    case .success:
      print(fullMessage(for: error))
      return 0
    case .validationFailure:
      Console.error(fullMessage(for: error))
      return 2
    default:
      Console.error("pixart: \(oneLine(error))")
      return 1
    }
  }

  private static func oneLine(_ error: any Error) -> String {
    let text = "\(error)"
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
