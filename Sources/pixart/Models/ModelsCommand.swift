import ArgumentParser

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists models and says what is in them.",
    subcommands: [ModelsList.self, ModelsInspect.self], defaultSubcommand: ModelsList.self)
}
