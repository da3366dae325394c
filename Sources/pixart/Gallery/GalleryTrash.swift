import ArgumentParser
import Catalog
import Foundation

struct GalleryTrash: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trash", abstract: "Moves pictures into the folder .trash of the gallery.",
    discussion: "Nothing is deleted. Standard output tells what to give to 'restore'.")

  @OptionGroup var files: FileOptions
  @OptionGroup var gallery: GalleryOptions

  func run() throws {
    let catalog = try gallery.open()
    Console.output(try catalog.trash(files.names(in: catalog)).id)
  }
}

struct GalleryRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Brings pictures back from the trash.")

  @Argument(help: "What 'trash' printed. What was put there last if not given.")
  var ticket: String?

  @Flag(help: "Only list what is in the trash.")
  var list = false

  @OptionGroup var gallery: GalleryOptions

  func run() throws {
    let catalog = try gallery.open()
    let tickets = try catalog.trashTickets()
    guard !list else {
      for ticket in tickets {
        Console.output("\(ticket.id)  \(ticket.names.joined(separator: "  "))")
      }
      return
    }
    guard let found = tickets.first(where: { ticket == nil || $0.id == ticket }) else {
      throw ticket.map { CatalogError.noTicket(id: $0, folder: catalog.folder.path) }
        ?? CatalogError.emptyTrash(folder: catalog.folder.path)
    }
    for name in try catalog.restore(found) {
      Console.output(catalog.folder.appending(path: name).path)
    }
  }
}
