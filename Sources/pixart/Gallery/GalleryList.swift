import ArgumentParser
import Catalog
import Foundation
import Gallery

struct GalleryList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the pictures that a query finds.")

  @OptionGroup var query: QueryOptions
  @OptionGroup var gallery: GalleryOptions

  @Flag(help: "Print one picture a line as JSON, with its whole recipe.")
  var json = false

  func run() throws {
    let entries = try query.search(gallery.open())
    let width = min(48, entries.map(\.name.count).max() ?? 0)
    for entry in entries { Console.output(json ? try entry.json() : entry.line(nameWidth: width)) }
  }
}

extension CatalogEntry {
  /// Name, size, star, rating and the beginning of the prompt.
  fileprivate func line(nameWidth: Int) -> String {
    let name =
      name.count < nameWidth
      ? name.padding(toLength: nameWidth, withPad: " ", startingAt: 0) : name
    let words = prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let title =
      !words.isEmpty ? words : fault.map { "(\($0))" } ?? "(it does not say how it was made)"
    return "\(name)  \(size.padding(toLength: 9, withPad: " ", startingAt: 0))  "
      + "\(marks.star ? "*" : " ") \(marks.rating > 0 ? "\(marks.rating)" : " ")  "
      + (title.count > 72 ? title.prefix(71) + "…" : title)
  }

  var size: String {
    guard let width, let height else { return "?" }
    return "\(width)x\(height)"
  }

  func json() throws -> String {
    var object: [String: Any] = [
      "file": url.path, "name": name, "bytes": byteCount, "date": modified.formatted(.iso8601),
      "star": marks.star, "rating": marks.rating,
    ]
    object["width"] = width
    object["height"] = height
    object["origin"] = origin?.rawValue
    object["fault"] = fault
    if let recipe {
      object["recipe"] = try JSONSerialization.jsonObject(with: Data(recipe.json().utf8))
    }
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
