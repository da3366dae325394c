import Terminal

/// The grid: images of thumbnails, and text for everything about them.
extension StudioState {
  func drawGrid(_ layout: GalleryLayout, on surface: inout Surface) {
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
