import ArgumentParser
import Catalog
import Foundation
import Gallery
import Jobs

struct GalleryExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Copies the pictures that a query finds into a folder.",
    discussion: "Files are copied as they are, recipe and marks included; none is replaced.")

  @OptionGroup var query: QueryOptions
  @OptionGroup var gallery: GalleryOptions

  @Option(help: "The folder to copy to; it is made if it is missing.")
  var to: String

  func run() throws {
    let entries = try query.search(gallery.open())
    let folder = URL(filePath: to)
    try OutputFile.makeFolder(folder)
    for entry in entries {
      let data = try Data(contentsOf: entry.url)
      let file = try AtomicFile.writeNew(data, named: entry.name, in: folder)
      // Galleries are sorted by it; a file system that cannot set it still has the picture.
      try? FileManager.default.setAttributes(
        [.modificationDate: entry.modified], ofItemAtPath: file.path)
      Console.output(file.path)
    }
  }
}
