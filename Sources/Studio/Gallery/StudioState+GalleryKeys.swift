import Catalog
import Gallery
import Jobs
import Terminal

/// What keys and the mouse do in the gallery.
extension StudioState {
  /// What is done over the gallery; anything else of the studio's shows the studio first.
  static let overGallery: Set<ActionID> = [
    .cancel, .redraw, .suspend, .saveScreen, .help, .palette, .search, .theme, .mouse, .quit,
    .doctor, .settingsFile, .saveAgain, .copyCommand, .draft, .previewSource, .noisyPreview,
    .freshSeed, .redo, .pauseQueue,
  ]

  /// - Returns: Whether that was all there is to do.
  mutating func performInGallery(_ action: Action, _ effects: inout [StudioEffect]) -> Bool {
    switch action.id {
    case .gallery: isGalleryOpen ? stepOutOfGallery() : openGallery()
    case .galleryBack, .largePicture, .left, .right, .pageUp, .pageDown, .sortGallery,
      .reverseGallery, .compare, .flip, .markPicture, .markAll, .contactSheet, .variations,
      .usePrompt, .useSeed,
      .starPicture, .trashPicture, .restorePicture, .rate0, .rate1, .rate2, .rate3, .rate4, .rate5:
      // By name from the studio: what it would be about has to be seen first.
      guard isGalleryOpen else {
        openGallery()
        return true
      }
      performOnGallery(action.id, &effects)
    case .up, .down, .first, .last, .useSettings, .useAsStart, .useAsCondition, .openOutside,
      .copyPath, .search,
      .copyCommand:
      guard isGalleryOpen else { return false }
      performOnGallery(action.id, &effects)
    default:
      if isGalleryOpen, !Self.overGallery.contains(action.id) { closeGallery() }
      return false
    }
    return true
  }

  private mutating func performOnGallery(_ id: ActionID, _ effects: inout [StudioEffect]) {
    switch id {
    case .galleryBack: stepOutOfGallery()
    case .largePicture:
      if gallery.place == .big {
        gallery.place = .grid
      } else if gallery.selectedName != nil {
        gallery.place = .big
        gallery.pair = nil
      }
    case .up, .down, .left, .right, .pageUp, .pageDown, .first, .last: moveInGallery(id)
    case .search: gallery.isSearching = true
    case .sortGallery:
      let keys = CatalogSort.Key.allCases
      let index = keys.firstIndex(of: gallery.sort.key) ?? 0
      gallery.sort = CatalogSort(keys[(index + 1) % keys.count])
    case .reverseGallery: gallery.sort.isDescending.toggle()
    case .markPicture:
      guard let name = gallery.selectedName, gallery.place != .compare else { return }
      if gallery.marked.remove(name) == nil { gallery.marked.insert(name) }
      if gallery.place == .grid { moveInGallery(.right) }
    case .markAll:
      gallery.marked = gallery.marked.isEmpty ? Set(gallery.names) : []
    case .compare: beginComparison()
    case .flip: flip()
    case .restorePicture:
      guard let ticket = gallery.trashed.last else {
        return tell(
          .info, "Nothing was put into the trash since the start; pixart gallery restore has more.")
      }
      effects.append(.gallery(.restore(ticket)))
    case .contactSheet:
      let names = gallery.foundMarks.isEmpty ? gallery.names : gallery.foundMarks
      guard !names.isEmpty else { return tell(.info, "There is no picture for a sheet.") }
      tell(.info, "The contact sheet is made.")
      effects.append(.gallery(.sheet(names)))
    case .starPicture, .trashPicture, .rate0, .rate1, .rate2, .rate3, .rate4, .rate5:
      let names = gallery.targets
      guard !names.isEmpty else { return tell(.info, "No picture is found.") }
      switch id {
      case .starPicture: effects.append(.gallery(.toggleStar(names)))
      case .trashPicture: effects.append(.gallery(.trash(names)))
      default: effects.append(.gallery(.rate(names, id.rating ?? 0)))
      }
    default: performOnGalleryPicture(id, &effects)
    }
  }

  // MARK: Moving

  private mutating func moveInGallery(_ id: ActionID) {
    if gallery.place == .compare {
      if id == .left { gallery.pair?.isRight = false }
      if id == .right { gallery.pair?.isRight = true }
      return
    }
    let grid = galleryLayout.grid
    let isGrid = gallery.place == .grid
    let target =
      switch id {
      case .left: gallery.selection - 1
      case .right: gallery.selection + 1
      case .up: gallery.selection - (isGrid ? grid.columns : 1)
      case .down: gallery.selection + (isGrid ? grid.columns : 1)
      case .pageUp: gallery.selection - grid.count
      case .pageDown: gallery.selection + grid.count
      case .first: 0
      default: gallery.names.count - 1
      }
    // From the last whole row down is the last picture; from the first row up nothing.
    if id == .up, target < 0 { return }
    gallery.select(target)
  }

  /// Two marked pictures, or the one under the cursor with the one that is marked.
  private mutating func beginComparison() {
    if gallery.pair != nil {
      gallery.pair?.isFlipped = false
      return
    }
    let marked = gallery.foundMarks
    var pair = marked
    if marked.count == 1, let selected = gallery.selectedName, selected != marked[0] {
      pair.append(selected)
    }
    guard pair.count == 2 else {
      return tell(
        .info,
        marked.count > 2
          ? "\(marked.count) pictures are marked; two can be compared. a takes all marks away."
          : "Mark a picture with space, go to another one, and c compares them.")
    }
    gallery.place = .compare
    gallery.pair = .init(left: pair[0], right: pair[1])
  }

  private mutating func flip() {
    guard let pair = gallery.pair else {
      return tell(.info, "f flips between two pictures that c compares.")
    }
    if pair.isFlipped { gallery.pair?.isRight.toggle() }
    gallery.pair?.isFlipped = true
  }

  // MARK: Searching

  mutating func pressInGallerySearch(_ key: KeyPress) {
    switch key.key {
    case .enter: gallery.isSearching = false
    case .escape:
      gallery.isSearching = false
      gallery.query = TextEditor("")
      queryChanged()
    default:
      _ = gallery.query.handle(key, width: columns)
      queryChanged()
    }
  }

  mutating func pasteInGallery(_ line: String) {
    guard gallery.isSearching else { return }
    gallery.query.insert(line)
    queryChanged()
  }

  /// Searches for what is written.
  ///
  /// While it has a fault, for what stands before the last word, and if that has one too, what was
  /// found before stays.
  private mutating func queryChanged() {
    var text = gallery.query.text.replacing("\n", with: " ")
    do throws(CatalogQueryError) {
      _ = try CatalogQuery(parsing: text)
      gallery.fault = nil
    } catch {
      gallery.fault = "\(error)"
      text = String(text[..<(text.lastIndex(of: " ") ?? text.startIndex)])
      guard (try? CatalogQuery(parsing: text)) != nil, !text.isEmpty else { return }
    }
    guard text != gallery.asked.text else { return }
    gallery.asked.text = text
    gallery.asked.isStale = true
    gallery.selection = 0
  }

  // MARK: The mouse

  mutating func takeInGallery(_ mouse: MouseEvent, _ effects: inout [StudioEffect]) {
    switch mouse.kind {
    case .scrollUp: moveInGallery(.up)
    case .scrollDown: moveInGallery(.down)
    case .press, .doublePress:
      guard gallery.place == .grid else {
        if mouse.kind == .doublePress { stepOutOfGallery() }
        return
      }
      if galleryLayout.query.contains(x: mouse.x, y: mouse.y) {
        gallery.isSearching = true
        return
      }
      gallery.isSearching = false
      let page = drawnPage
      guard let place = page.grid.place(x: mouse.x, y: mouse.y),
        let name = page.names[safe: place], let index = gallery.names.firstIndex(of: name)
      else { return }
      gallery.select(index)
      if mouse.kind == .doublePress { gallery.place = .big }
    case .drag, .release: break
    }
  }
}

extension ActionID {
  /// Of a key that rates.
  fileprivate var rating: Int? {
    [ActionID.rate0, .rate1, .rate2, .rate3, .rate4, .rate5].firstIndex(of: self)
  }
}
