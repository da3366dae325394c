import ArgumentParser
import Checkpoints
import Foundation
import Schedulers
import Tensors
import TextEncoding

struct ModelsInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says what a model is: parts, parameters, number formats, memory.")

  @Argument(
    help: "A model's or an adapter's name or folder, or a file of weights (.pth, .safetensors).")
  var model = "default"

  func run() throws {
    let file = URL(filePath: model)
    if file.isFile {
      let contents = try FileInspection(file)
      Self.show(contents)
      if contents.kind == .adapter { try AdapterSummary.show(Adapter(file)) }
      if contents.kind == .controlNet { try Self.showControlNet(file) }
      guard contents.kind == .transformer else { return }
      Console.output("")
    }
    if !file.isFile, (try? ModelLibrary().model(model)) == nil,
      let place = try? ModelLibrary().adapterPlace(model), (try? Adapter.weights(in: place)) != nil
    {
      Console.output("\(model): \(CheckpointKind.adapter.title)")
      Console.output("  place       \(place.path)")
      return try AdapterSummary.show(Adapter(place, name: model))
    }
    let inspection = ModelInspection(try ModelLibrary().model(model))
    let found = inspection.model
    Console.output("\(found.name): \(found.family.title) (\(found.familyEvidence))")
    Console.output("  folder      \(found.folder.path)")
    if let size = inspection.nativeSize { Console.output("  made for    \(size)x\(size) px") }
    Console.output("  prompt      up to \(inspection.maxTokens) tokens")
    for borrowing in found.borrowings { Console.output("  borrows     \(borrowing)") }
    Console.output("")
    for part in inspection.parts { Console.output(Self.line(part)) }
    Console.output("")
    Console.output(
      "  all parts: \(Self.parameters(inspection.parameters)), "
        + "\(Self.bytes(inspection.diskBytes)) on disk")
    Console.output(
      "  memory at native size: \(Self.bytes(inspection.residentBytes)) with all parts, "
        + "\(Self.bytes(inspection.peakBytes)) one part at a time")
    for note in inspection.parts.flatMap(\.notes) { Console.output("  note: \(note)") }
    let problems = inspection.problems + Self.problemsOfTables(found)
    guard problems.isEmpty else {
      for problem in problems { Console.error("pixart: \(problem)") }
      throw ExitCode(1)
    }
  }

  /// What a ControlNet is for.
  private static func showControlNet(_ file: URL) throws {
    let net = try ControlNetFile(file)
    let base = (try? ModelFolder(file: file)).map { "with its transformer, \($0.family.title)" }
    Console.output(
      "  leads       transformers of width \(net.width) by \(net.copies) copied blocks; "
        + (base ?? "without a transformer of its own"))
  }

  private static func show(_ file: FileInspection) {
    let kind = file.kind?.title ?? "no network of PixArt"
    Console.output("\(file.file.lastPathComponent): \(kind)")
    Console.output("  file        \(file.file.path), \(bytes(file.bytes))")
    Console.output("  container   \(file.container)")
    let formats = file.formats.sorted { $0.value > $1.value }.map(\.key.name)
    Console.output(
      "  tensors     \(file.tensors), \(parameters(file.parameters)), "
        + formats.joined(separator: " + "))
    for group in file.groups.prefix(30) {
      let name = group.name.quoted.padding(toLength: 30, withPad: " ", startingAt: 0)
      let count = group.tensors == 1 ? "1 tensor" : "\(group.tensors) tensors"
      Console.output("    \(name) \(count), \(parameters(group.parameters))")
    }
    if file.groups.count > 30 { Console.output("    and \(file.groups.count - 30) more names") }
    for tensor in file.unusable.prefix(10) {
      Console.output("  note: \(tensor.name.quoted) is \(tensor), which nothing here computes with")
    }
  }

  /// What is wrong with the parts that have no weights.
  private static func problemsOfTables(_ model: ModelFolder) -> [String] {
    var problems: [String] = []
    do {
      _ = try T5Tokenizer(model.tokenizerFile())
    } catch {
      problems.append("tokenizer: \(error)")
    }
    do {
      _ = try SchedulerConfiguration(json: model.configuration(.scheduler).foundation)
    } catch {
      problems.append("scheduler: \(error)")
    }
    return problems
  }

  private static func line(_ part: ModelInspection.Part) -> String {
    let title = part.part.title.padding(toLength: 13, withPad: " ", startingAt: 0)
    guard part.parameters > 0 else {
      return "  \(title) \(part.className ?? "SentencePiece")"
    }
    let formats = part.formats.sorted { $0.value > $1.value }.map(\.key.name)
    return "  \(title) \(part.className ?? "unnamed"), \(parameters(part.parameters)), "
      + "\(formats.joined(separator: " + ")), \(bytes(part.diskBytes))"
  }

  private static func parameters(_ count: Int) -> String {
    switch count {
    case 1_000_000_000...: String(format: "%.2f billion parameters", Double(count) / 1e9)
    case 1_000_000...: String(format: "%.1f million parameters", Double(count) / 1e6)
    default: "\(count) parameters"
    }
  }

  private static func bytes(_ count: Int) -> String {
    count >= 1_000_000_000
      ? String(format: "%.2f GB", Double(count) / 1e9)
      : String(format: "%.1f MB", Double(count) / 1e6)
  }
}
