import ArgumentParser
import Catalog
import Foundation
import Gallery
import Jobs
import Schedulers

struct GalleryShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Says how a picture was made, and the line that makes it again.")

  @Argument(help: "A picture of the gallery, by name or path.")
  var file: String

  @OptionGroup var gallery: GalleryOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let entry = try FileOptions.entry(file, in: gallery.open())
    guard !json else { return Console.output(try entry.json()) }
    Console.output(entry.url.path)
    line("date", entry.modified.formatted(.iso8601))
    line("pixels", entry.size)
    if entry.marks.star { line("star", "yes") }
    if entry.marks.rating > 0 { line("rating", "\(entry.marks.rating)") }
    if let fault = entry.fault { line("fault", fault) }
    guard let recipe = entry.recipe, let origin = entry.origin else {
      Console.output("It does not say how it was made.")
      return
    }
    line("origin", origin.rawValue)
    if origin == .sheet { return try showSheet(entry.url) }
    let fields = try JSONSerialization.jsonObject(with: Data(recipe.json().utf8))
    for (name, value) in (fields as? [String: Any] ?? [:]).sorted(by: { $0.key < $1.key }) {
      line(name, Self.text(value))
    }
    if origin != .pixart {
      line("note", "the line below asks for a model of pixart, with a like sampler if there is one")
    }
    Console.output("\n\(job(recipe, madeBy: origin).commandLine())")
  }

  /// What is asked for to make a picture again.
  ///
  /// Models and samplers of other programs are left out unless this one knows them too.
  private func job(_ recipe: Recipe, madeBy origin: PictureOrigin) -> JobRequest {
    var job = Replay(recipe).job
    guard origin != .pixart else { return job }
    job.model = JobRequest(prompt: "").model
    job.sampler = recipe.sampler.flatMap { SamplerName(rawValue: $0)?.rawValue }
    return job
  }

  private func showSheet(_ file: URL) throws {
    guard let sheet = try SheetRecord(readingFrom: Data(contentsOf: file), named: file.path) else {
      return
    }
    line("prompt", sheet.prompt)
    if !sheet.negative.isEmpty { line("negative", sheet.negative) }
    for (name, axis) in [("x", Optional(sheet.x)), ("y", sheet.y)] {
      guard let axis else { continue }
      line(name, "\(axis.setting): \(axis.values.joined(separator: ", "))")
    }
    for (row, cells) in sheet.cells.enumerated() {
      line("row \(row + 1)", cells.map { $0 ?? "not made" }.joined(separator: "\n"))
    }
  }

  private func line(_ name: String, _ value: String) {
    let lines = value.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let name = name.padding(toLength: 18, withPad: " ", startingAt: 0)
    Console.output("  \(name) \(lines.joined(separator: "\n" + String(repeating: " ", count: 21)))")
  }

  private static func text(_ value: Any) -> String {
    if let object = value as? [String: Any] {
      return object.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
        .joined(separator: ", ")
    }
    if let array = value as? [Any] { return array.map(text).joined(separator: ", ") }
    return value as? String ?? "\(value)"
  }
}
