import ArgumentParser
import Foundation
import Kernels

@main
struct Pixart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pixart",
    abstract: "Makes pictures from text with PixArt-α and PixArt-Σ, on this machine.",
    version: version,
    subcommands: [
      StudioCommand.self, GenerateCommand.self, VerifyCommand.self, GalleryCommand.self,
      ModelsCommand.self, EdgesCommand.self, KeysCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: StudioCommand.self)

  static let version = "0.1.0"

  /// Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
  static func main() async {
    // A reader that goes away must not kill a run that is being saved.
    signal(SIGPIPE, SIG_IGN)
    let environment = ProcessInfo.processInfo.environment
    if let fault = InstructionSet.fault(
      inEnvironment: environment[InstructionSet.environmentName])
    {
      Console.error("pixart: \(fault)")
      Foundation.exit(2)
    }
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
      Console.error("pixart: \(usage(error))")
      return 2
    default:
      Console.error("pixart: \(oneLine("\(error)"))")
      return 1
    }
  }

  /// What is wrong with the arguments, and the command whose help says what would be right.
  private static func usage(_ error: any Error) -> String {
    let message = oneLine(message(for: error))
    let help = fullMessage(for: error).split(whereSeparator: \.isNewline).last ?? ""
    guard help.contains("--help") else { return message }
    return message + (message.hasSuffix(".") || message.hasSuffix("?") ? " " : ". ")
      + help.trimmingCharacters(in: .whitespaces)
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
  }
}
