public import ArgumentParser
public import Catalog
import Foundation
import Gallery
import Jobs

struct GallerySheet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet", abstract: "Puts the pictures that a query finds on one sheet.")

  @OptionGroup var query: QueryOptions
  @OptionGroup var gallery: GalleryOptions

  @Option(help: "The PNG file to write.")
  var output: String

  @Option(help: "Pictures in a row. About as many as rows if not given.")
  var columns: Int?

  @Option(
    help: """
      What stands below each picture: \(SheetLabels.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var labels = SheetLabels.none

  func validate() throws {
    if let columns, !(1...200).contains(columns) {
      throw ValidationError("--columns takes 1 to 200, not \(columns).")
    }
  }

  func run() throws {
    try OutputFile.check(URL(filePath: output))
    let catalog = try gallery.open()
    let entries = try query.search(catalog)
    let columns = columns ?? ContactSheet.columns(for: entries.count)
    guard !entries.isEmpty,
      var contacts = ContactSheet(count: entries.count, columns: columns, labels: labels)
    else { throw SheetError(count: entries.count) }
    for (place, entry) in entries.enumerated() {
      contacts.put(try catalog.thumbnail(for: entry), labels.text(of: entry), at: place)
    }
    try AtomicFile.write(PNG.encode(contacts.sheet.image), to: URL(filePath: output))
    Console.output(URL(filePath: output).path)
  }
}

private struct SheetError: Error, CustomStringConvertible {
  let count: Int

  var description: String {
    count == 0
      ? "No picture was found for the sheet. Ask for less, or see 'pixart gallery list'."
      : "\(count) pictures do not fit on one sheet of 32768 pixels a side. "
        + "Give --limit or more --columns."
  }
}

extension SheetLabels: ExpressibleByArgument {}
