import Catalog
import Tensors
import Terminal

/// The gallery: opened and left, and what the desk tells of it.
extension StudioState {
  var isGalleryOpen: Bool { gallery.place != nil }

  mutating func openGallery() {
    guard !isGalleryOpen else { return }
    gallery.place = .grid
    gallery.refreshDue = clock
    gallery.asked.isStale = true
    field = nil
    filterEditing = nil
  }

  /// Shows the studio again.
  mutating func closeGallery() {
    gallery.place = nil
    gallery.isSearching = false
    gallery.full = [:]
    gallery.lastFull = nil
    gallery.pair = nil
    gallery.asked.pictures = []
  }

  /// One step back: from a comparison or a picture to the grid, from there to the studio.
  mutating func stepOutOfGallery() {
    switch gallery.place {
    case .compare, .big:
      gallery.place = .grid
      gallery.pair = nil
      gallery.lastFull = nil
    case .grid, nil: closeGallery()
    }
  }

  // MARK: Asking

  /// Seconds between two looks at the folder.
  private static let refreshSeconds = 3.0

  /// When the folder is looked at next.
  var galleryWake: Double? {
    isGalleryOpen && !isTooSmall && !gallery.isRefreshing ? gallery.refreshDue : nil
  }

  /// Asks the desk for what the view needs and has not been asked for.
  mutating func followGallery(_ effects: inout [StudioEffect]) {
    guard isGalleryOpen, !isTooSmall, !hasQuit else { return }
    if gallery.refreshDue <= clock, !gallery.isRefreshing {
      gallery.isRefreshing = true
      effects.append(.gallery(.refresh))
    }
    if gallery.asked.isStale || gallery.asked.sort != gallery.sort {
      gallery.asked.isStale = false
      gallery.asked.sort = gallery.sort
      gallery.asked.search += 1
      gallery.searchedAt = clock
      effects.append(
        .gallery(.search(gallery.asked.text, gallery.sort, number: gallery.asked.search)))
    }
    let page = wantedPage
    if page != gallery.asked.page {
      gallery.asked.page = page
      gallery.asked.pageNumber += 1
      effects.append(.gallery(.page(page, number: gallery.asked.pageNumber)))
    }
    let pictures = gallery.wantedPictures
    // Marks may have changed, of a picture that is not on the page too.
    let isOld = gallery.place == .compare && gallery.asked.picturesVersion != gallery.version
    if pictures != gallery.asked.pictures || isOld {
      gallery.asked.pictures = pictures
      gallery.asked.picturesVersion = gallery.version
      gallery.asked.picturesNumber += 1
      gallery.full = gallery.full.filter { pictures.contains($0.key) }
      if !pictures.isEmpty {
        effects.append(.gallery(.pictures(pictures, number: gallery.asked.picturesNumber)))
      }
    }
  }

  /// The page with the picture under the cursor.
  private var wantedPage: GalleryPage {
    let grid = galleryLayout.grid
    let first = gallery.selection / grid.count * grid.count
    return GalleryPage(
      names: Array(gallery.names.dropFirst(first).prefix(grid.count)), grid: grid,
      room: pictureRoom, version: gallery.version)
  }

  /// The page that the grid shows: the last one that came, while the next one is on its way.
  var drawnPage: GalleryPage {
    let wanted = wantedPage
    guard let shown = gallery.shown?.page, shown.grid == wanted.grid, !gallery.names.isEmpty else {
      return wanted
    }
    return shown
  }

  // MARK: Answers

  mutating func take(_ answer: GalleryAnswer, _ effects: inout [StudioEffect]) {
    switch answer {
    case .indexing(let done, let total):
      gallery.indexing = .init(done: done, total: total)
      // What was read so far is shown meanwhile.
      if clock - gallery.searchedAt > 0.5 { gallery.asked.isStale = true }
    case .refreshed(let hasChanged):
      gallery.indexing = nil
      gallery.isRefreshing = false
      gallery.problem = nil
      gallery.refreshDue = clock + Self.refreshSeconds
      if hasChanged || gallery.total == nil { gallery.asked.isStale = true }
    case .failed(let message):
      gallery.indexing = nil
      gallery.isRefreshing = false
      gallery.problem = message
      gallery.refreshDue = clock + Self.refreshSeconds
    case .found(let names, let total, let number): found(names, total: total, number)
    case .page(let pictures, let images, let number):
      if number == gallery.asked.pageNumber { pageCame(pictures, images) }
    case .picture(let picture, let pixels, let number):
      if number == gallery.asked.picturesNumber { pictureCame(picture, pixels) }
    case .gone(let name, let number):
      guard number == gallery.asked.picturesNumber else { return }
      gallery.refreshDue = clock
      if gallery.place != .grid { stepOutOfGallery() }
      tell(.warning, "\(name) is not there any more; it was moved or deleted outside.")
    case .changed(let message):
      gallery.asked.isStale = true
      tell(.success, message)
    case .trashed(let ticket):
      gallery.trashed.append(ticket)
      gallery.marked.subtract(ticket.names)
      gallery.asked.isStale = true
      if gallery.place == .compare { stepOutOfGallery() }
      tell(.success, "Moved \(Figures.pictures(ticket.names)) to the trash. u brings back.")
    case .restored(let ticket, let names):
      gallery.trashed.removeAll { $0.id == ticket.id }
      gallery.asked.isStale = true
      tell(.success, "Brought back \(Figures.pictures(names)).")
    }
  }

  private mutating func found(_ names: [String], total: Int, _ number: Int) {
    guard number == gallery.asked.search else { return }
    let selected = gallery.selectedName
    gallery.names = names
    gallery.total = total
    gallery.version += 1
    // A search says nothing of what it does not find, and a folder that is being read nothing at all.
    if gallery.asked.text.isEmpty, gallery.indexing == nil, !gallery.marked.isEmpty {
      gallery.marked.formIntersection(names)
    }
    gallery.select(selected.flatMap { names.firstIndex(of: $0) } ?? gallery.selection)
    if names.isEmpty, gallery.place == .big { gallery.place = .grid }
  }

  private mutating func pageCame(_ pictures: [GalleryPicture], _ images: [PixelImage]) {
    guard let page = gallery.asked.page else { return }
    // Equal pixels need not go to the terminal again.
    let before = gallery.shown.map { $0.page.grid == page.grid ? $0.images : [] } ?? []
    let shown = images.enumerated().map { index, pixels in
      if let old = before[safe: index], old.pixels == pixels { return old }
      lastImageID += 1
      return ScreenImage(id: lastImageID, pixels: pixels)
    }
    gallery.shown = .init(page: page, images: shown)
    let kept = Set(gallery.asked.pictures)
    gallery.pictures = gallery.pictures.filter { kept.contains($0.key) }
    for picture in pictures { gallery.pictures[picture.name] = picture }
    compare()
  }

  private mutating func pictureCame(_ picture: GalleryPicture, _ pixels: PixelImage?) {
    gallery.pictures[picture.name] = picture
    var image = gallery.full[picture.name] ?? nil
    // Equal pixels need not go to the terminal again.
    if image?.pixels != pixels { image = nil }
    if let pixels, image == nil {
      lastImageID += 1
      image = ScreenImage(id: lastImageID, pixels: pixels)
    }
    gallery.full[picture.name] = .some(image)
    if gallery.place == .big { gallery.lastFull = image }
    compare()
  }

  /// Finds out anew what sets the compared pictures apart, when both are known.
  private mutating func compare() {
    guard let pair = gallery.pair, let left = gallery.pictures[pair.left],
      let right = gallery.pictures[pair.right]
    else { return }
    gallery.pair?.comparison = GalleryComparison(left, right)
  }
}

extension Figures {
  /// `10,000`.
  static func count(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }

  /// A picture's name, or how many there are.
  static func pictures(_ names: [String]) -> String {
    names.count == 1 ? names[0] : "\(count(names.count)) pictures"
  }
}
