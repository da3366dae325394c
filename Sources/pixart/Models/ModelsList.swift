import ArgumentParser
import Checkpoints
import Foundation

struct ModelsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the models that can be named, and where they are looked for.")

  func run() throws {
    let library = ModelLibrary()
    Self.list(library.entries.map { ($0.name, Self.summary(of: $0)) })
    Self.list(
      library.adapters.map { ($0.name, AdapterSummary.line(of: $0)) }, under: "LoRA adapters:")
    Self.list(
      library.networks.map { ($0.name, "\($0.kind.title)  \($0.file.path)") }, under: "Beside them:"
    )
    Console.output("\nLooked for in:")
    for place in library.places { Console.output("  \(place.path)") }
  }

  /// Names in a column and what is said of each; nothing where there are none.
  private static func list(_ rows: [(name: String, text: String)], under title: String? = nil) {
    if let title, !rows.isEmpty { Console.output("\n\(title)") }
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      Console.output(
        "\(row.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(row.text)")
    }
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
