import Terminal

/// The gallery's header and its grid of thumbnails.
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

  // MARK: The grid

  private func drawGrid(_ layout: GalleryLayout, on surface: inout Surface) {
    let page = drawnPage
    guard !page.names.isEmpty else { return drawEmptiness(in: page.grid.area, on: &surface) }
    if let shown = gallery.shown, shown.page == page {
      for (tiles, image) in zip(page.grid.images(of: page.names.count), shown.images) {
        let area = page.grid.area(of: tiles)
        surface.fill(area, role: .image)
        surface.images.append(
          ImagePlacement(area: area, image: image, isPassing: false, fillsArea: true))
      }
    }
    let selected = gallery.selectedName
    for (place, name) in page.names.enumerated() {
      let isSelected = name == selected
      let cells = page.grid.thumbnail(place)
      if isSelected { drawTileTop(cells, on: &surface) }
      if page.room == nil { drawTileText(name, in: cells, on: &surface) }
      drawCaption(name, isSelected: isSelected, below: cells, on: &surface)
    }
  }

  /// The line over the tile under the cursor.
  private func drawTileTop(_ cells: Rect, on surface: inout Surface) {
    let style = preferences.borders
    let line = String(repeating: style.horizontal, count: max(0, cells.width - 2))
    surface.write(
      "\(style.topLeft)\(line)\(style.topRight)", x: cells.x, y: cells.y - 1, role: .borderFocused,
      attributes: .bold)
  }

  /// What stands in a tile where no pictures are shown.
  private func drawTileText(_ name: String, in cells: Rect, on surface: inout Surface) {
    guard let picture = gallery.pictures[name] else { return }
    let settings = picture.settings.filter { ["Steps", "Seed"].contains($0.name) }
    let facts = ([picture.size].compactMap { $0 } + settings.map { "\($0.name) \($0.value)" })
    let lines = facts + picture.title.wrapped(to: cells.width)
    for (row, line) in lines.prefix(cells.height).enumerated() {
      surface.write(line, x: cells.x, y: cells.y + row, role: .muted, clip: cells)
    }
  }

  /// Cursor, mark, star, rating, fault, and the beginning of the prompt.
  private func drawCaption(
    _ name: String, isSelected: Bool, below cells: Rect, on surface: inout Surface
  ) {
    let row = Rect(x: cells.x, y: cells.maxY, width: cells.width, height: 1)
    let ground: Role? =
      isSelected ? (gallery.isSearching ? .selectedInactive : .selected) : nil
    if let ground { surface.fill(row, role: ground) }
    let picture = gallery.pictures[name]
    var x = row.x
    func put(_ text: String, _ role: Role) {
      x = surface.write(text, x: x, y: row.y, role: ground ?? role, clip: row)
    }
    put(isSelected ? "›" : "", .accent)
    put(gallery.marked.contains(name) ? "✓" : "", .success)
    put(picture?.fault == nil ? "" : "!", .warning)
    put(picture?.markText ?? "", .accent)
    if x > row.x { x += 1 }
    put((picture?.title ?? name).shortened(to: row.maxX - x), .muted)
  }

  private func drawEmptiness(in area: Rect, on surface: inout Surface) {
    let text =
      if gallery.problem != nil || gallery.indexing != nil {
        ""
      } else if gallery.total == nil {
        "Looking into the folder…"
      } else if gallery.total == 0 {
        "No pictures yet. Those that are made here or put into the gallery's folder appear here."
      } else {
        "No picture is found. / changes the search; Esc while typing shows all."
      }
    let lines = text.wrapped(to: min(area.width, 60))
    for (index, line) in lines.enumerated() {
      surface.write(
        line, x: area.x + max(0, (area.width - DisplayWidth.columns(line)) / 2),
        y: area.y + area.height / 3 + index, role: .text, clip: area)
    }
  }
}
