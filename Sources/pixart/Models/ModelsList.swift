import ArgumentParser
import Checkpoints
import Foundation

struct ModelsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the models that can be named, and where they are looked for.")

  func run() throws {
    let library = ModelLibrary()
    let entries = library.entries
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
      Console.output("\(name)  \(Self.summary(of: entry))")
    }
    let adapters = library.adapters
    if !adapters.isEmpty { Console.output("\nLoRA adapters:") }
    let widest = adapters.map(\.name.count).max() ?? 0
    for entry in adapters {
      let name = entry.name.padding(toLength: widest, withPad: " ", startingAt: 0)
      Console.output("\(name)  \(AdapterSummary.line(of: entry))")
    }
    let networks = library.networks
    if !networks.isEmpty { Console.output("\nBeside them:") }
    let longest = networks.map(\.name.count).max() ?? 0
    for network in networks {
      let name = network.name.padding(toLength: longest, withPad: " ", startingAt: 0)
      Console.output("\(name)  \(network.kind.title)  \(network.file.path)")
    }
    Console.output("\nLooked for in:")
    for place in library.places { Console.output("  \(place.path)") }
  }

  private static func summary(of entry: ModelLibrary.Entry) -> String {
    switch entry.model {
    case .success(let model):
      let missing = model.missing.map(\.title).joined(separator: ", ")
      return model.family.title + (missing.isEmpty ? "" : ", without \(missing)")
        + "  \(entry.folder.path)"
    case .failure(let error): return "unusable: \(error)"
    }
  }
}
