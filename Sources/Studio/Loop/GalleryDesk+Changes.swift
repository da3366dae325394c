import Catalog
import Foundation
import Gallery

/// What changes files: one thing after the other, each with a line that says what was done.
extension GalleryDesk {
  func change(_ body: @escaping @Sendable (PictureCatalog) throws -> Void) {
    changing.async { [self] in
      do {
        let catalog = try catalog()
        try body(catalog)
        tellNotices(catalog)
      } catch {
        mailbox.post(.told(.error, "\(error)"))
        // What was changed before the fault is shown.
        mailbox.post(.gallery(.refreshed(hasChanged: true)))
      }
    }
  }

  func toggleStar(_ names: [String], in catalog: PictureCatalog) throws {
    let isStarred = try names.allSatisfy { try catalog.entry(named: $0).marks.star }
    for name in names { try catalog.setStar(!isStarred, of: name) }
    let text = Figures.pictures(names)
    mailbox.post(.gallery(.changed(isStarred ? "Took the star of \(text)." : "Starred \(text).")))
  }

  func rate(_ names: [String], _ rating: Int, in catalog: PictureCatalog) throws {
    for name in names { try catalog.setRating(rating, of: name) }
    let text = Figures.pictures(names)
    mailbox.post(
      .gallery(
        .changed(rating == 0 ? "Took the rating of \(text)." : "Rated \(text) \(rating) of 5.")))
  }

  func trash(_ names: [String], in catalog: PictureCatalog) throws {
    let ticket = try catalog.trash(names)
    mailbox.post(.gallery(.trashed(GalleryTicket(id: ticket.id, names: ticket.names))))
  }

  func restore(_ wanted: GalleryTicket, in catalog: PictureCatalog) throws {
    guard let ticket = try catalog.trashTickets().first(where: { $0.id == wanted.id }) else {
      // Somebody emptied the trash or brought them back; asking again would not help.
      mailbox.post(.gallery(.restored(wanted, names: [])))
      throw CatalogError.noTicket(id: wanted.id, folder: catalog.folder.path)
    }
    let names = try catalog.restore(ticket)
    mailbox.post(.gallery(.restored(wanted, names: names)))
  }

  /// More thumbnails than these are no sheet that anybody looks at.
  private static let mostOnSheet = 400

  /// Beside the gallery's folder, so that the sheet is no picture of it.
  func makeSheet(_ names: [String], in catalog: PictureCatalog) throws {
    let entries = try catalog.entries(named: Array(names.prefix(Self.mostOnSheet)))
    guard !entries.isEmpty else { return }
    let columns = ContactSheet.columns(for: entries.count)
    guard var contacts = ContactSheet(count: entries.count, columns: columns, labels: .prompt)
    else { return }
    for (place, entry) in entries.enumerated() {
      contacts.put(
        try catalog.thumbnail(for: entry), SheetLabels.prompt.text(of: entry), at: place)
    }
    let name = "\(catalog.folder.lastPathComponent)-sheet.png"
    let file = try AtomicFile.writeNew(
      PNG.encode(contacts.sheet.image), named: name, in: catalog.folder.deletingLastPathComponent())
    let left = names.count - entries.count
    mailbox.post(
      .told(
        .success,
        "Wrote \(file.path)" + (left > 0 ? "; \(Figures.count(left)) pictures are not on it." : "")
      ))
  }
}
