import Catalog
import Foundation
import Gallery
import Synchronization
import Tensors

/// Does what the gallery's screen asks for, away from the loop.
///
/// What is looked at, what is changed and what is kept in order are queues of their own, so that a search
/// does not wait for ten thousand pictures to be read. Of several questions of a kind that wait, only the
/// last one is answered.
final class GalleryDesk: Sendable {
  private struct State {
    var catalog: PictureCatalog?
    /// Questions that wait, the newest of each kind.
    var search: (text: String, sort: CatalogSort, number: Int)?
    var page: (page: GalleryPage, number: Int)?
    var pictures: (names: [String], number: Int)?
    /// The page whose missing thumbnails are to be made.
    var missing: (page: GalleryPage, number: Int)?
    var lastPage = 0
    var isClosed = false
  }

  /// Milliseconds between two times that a page is shown with more thumbnails.
  private static let fillInterval = Duration.milliseconds(300)

  private let folder: URL
  private let indexes: URL
  let mailbox: Mailbox
  private let looking = DispatchQueue(label: "pixart.gallery.looking", qos: .userInitiated)
  private let drawing = DispatchQueue(label: "pixart.gallery.drawing", qos: .utility)
  let changing = DispatchQueue(label: "pixart.gallery.changing", qos: .userInitiated)
  private let keeping = DispatchQueue(label: "pixart.gallery.keeping", qos: .utility)
  // The loop's thread asks, the queues take; held for no longer than a question takes to note.
  private let state = Mutex(State())

  init(folder: URL, indexes: URL, mailbox: Mailbox) {
    self.folder = folder
    self.indexes = indexes
    self.mailbox = mailbox
  }

  func perform(_ request: GalleryRequest) {
    switch request {
    case .refresh: keeping.async { self.refresh() }
    case .search(let text, let sort, let number):
      state.withLock { $0.search = (text, sort, number) }
      looking.async { self.search() }
    case .page(let page, let number):
      state.withLock {
        $0.page = (page, number)
        $0.lastPage = number
      }
      looking.async { self.showPage() }
    case .pictures(let names, let number):
      state.withLock { $0.pictures = (names, number) }
      looking.async { self.showPictures() }
    case .toggleStar(let names): change { try self.toggleStar(names, in: $0) }
    case .rate(let names, let rating): change { try self.rate(names, rating, in: $0) }
    case .trash(let names): change { try self.trash(names, in: $0) }
    case .restore(let ticket): change { try self.restore(ticket, in: $0) }
    case .sheet(let names): change { try self.makeSheet(names, in: $0) }
    }
  }

  /// Brings the index in line with the folder and tells the newest pictures, for the studio's list.
  func tellNewest(_ limit: Int = 200) {
    keeping.async { [self] in
      do {
        let catalog = try catalog()
        try catalog.refresh(isCancelled: { self.state.withLock(\.isClosed) })
        tellNotices(catalog)
        let pictures = try catalog.search(limit: limit).map { entry in
          PictureEntry(file: folder.appending(path: entry.name), recipe: entry.recipe)
        }
        mailbox.post(.pictures(pictures))
      } catch {
        mailbox.post(.told(.warning, "\(error)"))
      }
    }
  }

  /// Lets a long reading of the folder end early, what was read stays; waits for changes of files.
  ///
  /// - Returns: What is wrong, if changes are left over.
  func close() -> String? {
    state.withLock { $0.isClosed = true }
    let isDone = DispatchSemaphore(value: 0)
    changing.async { isDone.signal() }
    return isDone.wait(timeout: .now() + Self.patience) == .success
      ? nil : "Some changes of the gallery were not made: the disk takes too long."
  }

  /// Seconds that leaving waits for changes.
  private static let patience = 10.0

  /// The gallery, opened with the first question.
  func catalog() throws -> PictureCatalog {
    if let catalog = state.withLock({ $0.catalog }) { return catalog }
    let opened = try PictureCatalog.open(folder: folder, indexes: indexes)
    return state.withLock { state in
      let catalog = state.catalog ?? opened
      state.catalog = catalog
      return catalog
    }
  }

  private func take<Question>(_ question: (inout State) -> Question?) -> Question? {
    state.withLock { question(&$0) }
  }

  func tellNotices(_ catalog: PictureCatalog) {
    for notice in catalog.takeNotices() { mailbox.post(.told(.warning, "\(notice)")) }
  }

  // MARK: Looking

  private func refresh() {
    do {
      let catalog = try catalog()
      let changes = try catalog.refresh(
        progress: { [mailbox] progress in
          guard progress.total > 100 else { return }
          mailbox.post(.gallery(.indexing(done: progress.done, total: progress.total)))
        }, isCancelled: { self.state.withLock(\.isClosed) })
      tellNotices(catalog)
      mailbox.post(.gallery(.refreshed(hasChanged: !changes.isEmpty)))
    } catch {
      mailbox.post(.gallery(.failed("\(error)")))
    }
  }

  private func search() {
    let question = take { state in
      defer { state.search = nil }
      return state.search
    }
    guard let question else { return }
    do {
      let catalog = try catalog()
      // A faulty query is not asked for.
      let query = try CatalogQuery(parsing: question.text)
      let names = try catalog.names(of: query, sort: question.sort)
      let total = try catalog.count()
      tellNotices(catalog)
      mailbox.post(.gallery(.found(names: names, total: total, number: question.number)))
    } catch {
      mailbox.post(.gallery(.failed("\(error)")))
    }
  }

  private func showPage() {
    let question = take { state in
      defer { state.page = nil }
      return state.page
    }
    guard let (page, number) = question else { return }
    do {
      let catalog = try catalog()
      let entries = try catalog.entries(named: page.names)
      let kept = page.room == nil ? [:] : try catalog.keptThumbnails(for: entries)
      post(page, entries, kept, number)
      guard page.room != nil, entries.contains(where: { kept[$0.id] == nil }) else { return }
      state.withLock { $0.missing = question }
      drawing.async { self.makeMissing() }
    } catch {
      mailbox.post(.gallery(.failed("\(error)")))
    }
  }

  private func post(
    _ page: GalleryPage, _ entries: [CatalogEntry], _ thumbnails: [CatalogEntry.ID: PixelImage],
    _ number: Int
  ) {
    let byName = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    var images: [PixelImage] = []
    if let room = page.room {
      images = page.grid.images(of: page.names.count).map { tiles in
        var strip = ThumbnailStrip(tiles: tiles.count, grid: page.grid, room: room)
        for (place, tile) in tiles.enumerated() {
          strip.put(byName[page.names[tile]].flatMap { thumbnails[$0.id] }, at: place)
        }
        return strip.image
      }
    }
    mailbox.post(.gallery(.page(entries.map(GalleryPicture.init), images, number: number)))
  }

  /// Makes thumbnails of a page that the index does not have, and shows them as they come.
  private func makeMissing() {
    let question = take { state in
      defer { state.missing = nil }
      return state.missing
    }
    guard let (page, number) = question else { return }
    do {
      let catalog = try catalog()
      let entries = try catalog.entries(named: page.names)
      var made = try catalog.keptThumbnails(for: entries)
      var shown = ContinuousClock.now
      for entry in entries where made[entry.id] == nil {
        // Another page is looked at, or nothing any more.
        guard state.withLock({ $0.lastPage == number && !$0.isClosed }) else { return }
        made[entry.id] = try catalog.thumbnail(for: entry)
        if ContinuousClock.now - shown > Self.fillInterval {
          post(page, entries, made, number)
          shown = .now
        }
      }
      post(page, entries, made, number)
    } catch {
      mailbox.post(.told(.warning, "Thumbnails are missing: \(error)"))
    }
  }

  private func showPictures() {
    let question = take { state in
      defer { state.pictures = nil }
      return state.pictures
    }
    guard let (names, number) = question else { return }
    for name in names {
      do {
        let entry = try catalog().entry(named: name)
        guard access(entry.url.path, F_OK) == 0 else {
          throw CatalogError.noPicture(name: name, folder: folder.path)
        }
        var picture = GalleryPicture(entry)
        do {
          let image = try ImageFile.decode(entry.url)
          mailbox.post(.gallery(.picture(picture, image, number: number)))
        } catch {
          picture.fault = "\(error)"
          mailbox.post(.gallery(.picture(picture, nil, number: number)))
        }
      } catch CatalogError.noPicture {
        mailbox.post(.gallery(.gone(name, number: number)))
      } catch {
        mailbox.post(.told(.error, "\(error)"))
      }
    }
  }
}
