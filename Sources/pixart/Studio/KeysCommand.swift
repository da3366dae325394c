import ArgumentParser
import Studio

/// Prints the studio's keys from the one table of them.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Lists the keys of the studio.")

  @Flag(help: "As sections of a manual page.")
  var manual = false

  func run() { Console.output(manual ? ActionTable.manual : ActionTable.markdown) }
}
