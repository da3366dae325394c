import Terminal

/// The gallery's frame and header.
extension StudioState {
  /// Where everything of the gallery is.
  struct GalleryLayout {
    var frame: Rect
    /// The row of the query.
    var query: Rect
    /// Two rows below it: how much was found, or what is wrong with the query.
    var facts: Rect
    var grid: GalleryGrid
    /// Everything inside the frame, for pictures in full.
    var inside: Rect
  }

  var galleryLayout: GalleryLayout {
    var screen = Rect(x: 0, y: 0, width: columns, height: rows)
    _ = screen.cutBottom(2)
    let inside = screen.inset(dx: 2, dy: 1)
    var rest = inside
    let query = rest.cutTop(1)
    var facts = rest
    facts.height = min(2, rest.height)
    _ = rest.cutTop(1)
    return GalleryLayout(
      frame: screen, query: query, facts: facts, grid: GalleryGrid(area: rest, room: pictureRoom),
      inside: inside)
  }

  func drawGallery(on surface: inout Surface) {
    let layout = galleryLayout
    surface.drawBox(
      layout.frame, title: galleryTitle, number: 7, right: graphics, style: preferences.borders,
      role: .borderFocused, titleRole: .titleFocused)
    switch gallery.place {
    case .big: drawLarge(in: layout.inside, on: &surface)
    case .compare: drawComparison(in: layout.inside, on: &surface)
    case .grid, nil:
      drawQuery(in: layout.query, on: &surface)
      drawGrid(layout, on: &surface)
      drawFacts(in: layout.facts, on: &surface)
    }
  }

  private var galleryTitle: String {
    switch gallery.place {
    case .big:
      "Gallery: \(Figures.count(gallery.selection + 1)) of \(Figures.count(gallery.names.count))"
    case .compare: "Gallery: two pictures"
    case .grid, nil: "Gallery"
    }
  }

  /// Keys that mean something in the gallery, the view's own first.
  var galleryHints: [(String, String)] {
    let shown: [ActionID] =
      switch gallery.place {
      case .compare: [.flip, .compare, .starPicture, .useSettings, .galleryBack]
      case .big:
        [
          .largePicture, .starPicture, .markPicture, .compare, .useSettings, .trashPicture,
          .galleryBack,
        ]
      default:
        ActionTable.gallery.filter { $0.hint != nil }.map(\.id)
      }
    let own = shown.compactMap { id in
      ActionTable.gallery.first { $0.id == id }.map { action in
        (action.keys[0].description, hint(of: action))
      }
    }
    return own + [("?", "keys"), (":", "commands"), ("q", "quit")]
  }

  private func hint(of action: Action) -> String {
    switch (action.id, gallery.place) {
    case (.largePicture, .big): "grid"
    case (.compare, .compare): "side by side"
    case (.flip, _): "flip"
    default: action.hint ?? ""
    }
  }

  // MARK: The header

  private func drawQuery(in area: Rect, on surface: inout Surface) {
    var x = surface.write("/ ", x: area.x, y: area.y, role: .accent, clip: area)
    let field = Rect(x: x, y: area.y, width: area.maxX - x, height: 1)
    if gallery.isSearching { surface.fill(field, role: .input) }
    if gallery.query.text.isEmpty {
      surface.write(
        "all pictures; search like: fox \"red hat\" -dog steps>20 rating>=4 star model:sigma"
          .shortened(to: field.width), x: x, y: area.y, role: .placeholder, clip: field)
    }
    let text = gallery.query.text
    x = surface.write(
      text, x: x, y: area.y, role: gallery.isSearching ? .input : .text, clip: field)
    guard gallery.isSearching, chooser == nil, textPopup == nil else { return }
    let cursor = gallery.query.visualCursor(width: max(1, field.width))
    surface.cursor = .init(x: min(field.x + cursor.column, field.maxX - 1), y: area.y)
  }

  private func drawFacts(in area: Rect, on surface: inout Surface) {
    if let fault = gallery.fault ?? gallery.problem {
      for (row, line) in "✗ \(fault)".wrapped(to: area.width).prefix(area.height).enumerated() {
        surface.fill(
          Rect(x: area.x, y: area.y + row, width: area.width, height: 1), role: .text)
        surface.write(line, x: area.x, y: area.y + row, role: .error, clip: area)
      }
      return
    }
    var x = area.x
    if let indexing = gallery.indexing {
      let bar = Figures.bar(
        Double(indexing.done) / Double(max(1, indexing.total)), width: 16,
        ascii: preferences.borders == .ascii)
      x = surface.write(bar.done, x: x, y: area.y, role: .progress, clip: area)
      x = surface.write(bar.left, x: x, y: area.y, role: .progressTrack, clip: area)
      x = surface.write(
        " reading pictures: \(Figures.count(indexing.done)) of \(Figures.count(indexing.total))  ",
        x: x, y: area.y, role: .accent, clip: area)
    }
    let page = drawnPage
    let count = page.grid.count
    let pages = (gallery.names.count + count - 1) / count
    let place = pages > 1 ? "page \(gallery.selection / count + 1) of \(Figures.count(pages))" : ""
    let room = area.maxX - x - place.count - 2
    surface.write(galleryFacts.shortened(to: room), x: x, y: area.y, role: .muted, clip: area)
    surface.write(place, x: area.maxX - place.count, y: area.y, role: .muted, clip: area)
  }

  private var galleryFacts: String {
    guard let total = gallery.total else { return "" }
    let found = gallery.names.count
    var text =
      gallery.asked.text.isEmpty
      ? "\(Figures.count(total)) picture\(total == 1 ? "" : "s")"
      : "\(Figures.count(found)) of \(Figures.count(total))"
    text += " · \(gallery.sort.title)"
    if !gallery.marked.isEmpty {
      let own = gallery.foundMarks.count
      let others = gallery.marked.count - own
      text += " · \(Figures.count(own)) marked"
      if others > 0 { text += ", \(Figures.count(others)) more outside of this search" }
    }
    return text
  }
}
