import Generation
import Jobs
import Tensors
import Terminal

/// A sheet in the preview: it fills while its jobs run, and each place can be opened.
extension StudioState {
  /// The sheet that is shown; nil while a picture of it is.
  var shownSheet: StudioSheet? { preview.sheet.flatMap { sheets[$0] } }

  mutating func performOnSheet(_ id: ActionID, _ effects: inout [StudioEffect]) {
    if id == .sheet { return openSheetPopup() }
    if id == .showSheet {
      guard let sheet = sheets.sheets.last else {
        return tell(.info, "No sheet was made yet. S plans one.")
      }
      go(to: .preview)
      return show(sheet, &effects)
    }
    guard let sheet = shownSheet else { return }
    if id == .openCell { return open(sheets.cursor, of: sheet, &effects) }
    let (columns, rows) = (sheet.plan.columns, sheet.plan.rows)
    var (column, row) = (sheets.cursor.column, sheets.cursor.row)
    switch id {
    case .cellLeft: column = max(0, column - 1)
    case .cellRight: column = min(columns - 1, column + 1)
    case .cellUp: row = max(0, row - 1)
    default: row = min(rows - 1, row + 1)
    }
    sheets.cursor = SheetPlan.Place(column: column, row: row)
    draw(sheet, &effects)
  }

  mutating func show(_ sheet: StudioSheet, _ effects: inout [StudioEffect]) {
    if sheets.openedFrom != sheet.id { sheets.cursor = SheetPlan.Place(column: 0, row: 0) }
    sheets.openedFrom = nil
    scrub = nil
    isPinned = true
    let before = preview.image
    preview = PreviewState()
    // Until the sheet is painted.
    preview.image = before
    preview.sheet = sheet.id
    draw(sheet, &effects)
  }

  /// Goes back from a picture to the sheet it was opened from.
  ///
  /// - Returns: Whether there is one.
  mutating func leaveCell(_ effects: inout [StudioEffect]) -> Bool {
    guard preview.sheet == nil, let sheet = sheets.openedFrom.flatMap({ sheets[$0] }) else {
      return false
    }
    show(sheet, &effects)
    return true
  }

  private mutating func draw(
    _ sheet: StudioSheet, passing: SheetDrawing.Passing? = nil, _ effects: inout [StudioEffect]
  ) {
    preview.path = sheet.path
    preview.isPassing = passing != nil
    preview.caption =
      "\(sheet.plan.name(of: sheets.cursor)): \(sheet.files.count) of \(sheet.plan.count) made"
    var drawing = SheetDrawing(sheet)
    drawing.cursor = sheets.cursor
    drawing.passing = passing
    effects.append(.drawSheet(drawing))
  }

  private mutating func open(
    _ place: SheetPlan.Place, of sheet: StudioSheet, _ effects: inout [StudioEffect]
  ) {
    guard let path = sheet.files[place] else {
      return tell(.info, "This picture is not made yet.")
    }
    sheets.openedFrom = sheet.id
    if let film = shelf.films.last(where: { $0.path == path }) {
      show(FilmStep(film: film.id, step: film.steps), &effects)
    } else {
      effects.append(
        .openPicture(PictureEntry(path: path, title: sheet.plan.name(of: place), detail: "")))
    }
  }

  /// Which of a sheet's pictures a job makes, for lists; empty for other jobs.
  func sheetPlace(of job: Job) -> String {
    guard let sheet = sheets.sheet(ofJob: job.id), let place = sheet.jobs[job.id] else { return "" }
    return "[\(sheet.plan.name(of: place))] "
  }

  // MARK: What happens meanwhile

  /// The sheet has been painted anew.
  mutating func sheetDrawn(_ id: Int, _ pixels: PixelImage) {
    guard preview.sheet == id else { return }
    lastImageID += 1
    preview.image = ScreenImage(id: lastImageID, pixels: pixels)
  }

  /// A step of a job; its preview goes to its place on the sheet that is shown.
  mutating func passSheet(_ report: StepReport, of job: Int, _ effects: inout [StudioEffect]) {
    guard let sheet = shownSheet, let place = sheet.jobs[job], let image = report.preview else {
      return
    }
    // The tiny autoencoder's previews have all pixels, others an eighth of each side.
    let scale = report.previewSource == .denoisedTiny ? 1 : 8
    draw(sheet, passing: .init(place: place, image: image, scale: scale), &effects)
  }

  /// A picture is on disk; it may be one of a sheet.
  mutating func fillSheet(_ job: Int, _ path: String, _ effects: inout [StudioEffect]) {
    guard let sheet = sheets.sheet(ofJob: job), let place = sheet.jobs[job],
      // A job that was changed makes something else.
      queue[job]?.request == sheet.plan.job(at: place)
    else { return }
    sheets.update(sheet.id) { $0.files[place] = path }
    if let shown = shownSheet, shown.id == sheet.id { draw(shown, &effects) }
  }

  /// Sheets none of whose jobs is open any more are written.
  mutating func saveSheets(_ effects: inout [StudioEffect]) {
    let unsaved = sheets.sheets.filter {
      $0.files.count > $0.savedCount && !sheets.saving.contains($0.id)
    }
    guard !unsaved.isEmpty else { return }
    let open = Set(queue.jobs.filter(\.isOpen).map(\.id))
    for sheet in unsaved where open.isDisjoint(with: sheet.jobs.keys) {
      sheets.saving.insert(sheet.id)
      effects.append(.saveSheet(SheetDrawing(sheet)))
    }
  }

  /// - Parameters:
  ///   - saved: As it was written.
  ///   - entry: Nil if it could not be, which was told.
  mutating func sheetSaved(_ saved: StudioSheet, _ entry: PictureEntry?) {
    sheets.saving.remove(saved.id)
    sheets.update(saved.id) { $0.savedCount = saved.files.count }
    guard let entry else { return }
    sheets.update(saved.id) { $0.path = entry.path }
    if preview.sheet == saved.id { preview.path = entry.path }
    pictures.removeAll { $0.path == entry.path }
    pictures.insert(entry, at: 0)
    tell(.success, "Saved the sheet \(entry.path)")
  }
}
