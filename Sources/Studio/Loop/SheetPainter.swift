import Foundation
import Gallery
import Jobs
import Synchronization
import Tensors

/// Paints sheets for the screen and writes them, away from the loop.
final class SheetPainter: Sendable {
  private struct State {
    /// Of several drawings only the last one counts.
    var wanted: SheetDrawing?
    var isBusy = false
  }

  /// Pictures of one sheet as small as the screen needs them.
  private struct Pictures {
    var sheet: Int?
    var images: [String: PixelImage] = [:]
  }

  /// More pixels than terminals show.
  private static let longestSide = 1600

  private let gallery: URL
  private let version: String
  private let mailbox: Mailbox
  // The loop asks, a task paints.
  private let state = Mutex(State())
  private let pictures = Mutex(Pictures())

  init(gallery: URL, version: String, mailbox: Mailbox) {
    self.gallery = gallery
    self.version = version
    self.mailbox = mailbox
  }

  func draw(_ drawing: SheetDrawing) {
    let isBusy = state.withLock { state in
      state.wanted = drawing
      defer { state.isBusy = true }
      return state.isBusy
    }
    guard !isBusy else { return }
    Task.detached { [self] in
      while let next = take() { mailbox.post(.sheetDrawn(next.sheet.id, paint(next))) }
    }
  }

  private func take() -> SheetDrawing? {
    state.withLock { state in
      defer { state.wanted = nil }
      if state.wanted == nil { state.isBusy = false }
      return state.wanted
    }
  }

  private func paint(_ drawing: SheetDrawing) -> PixelImage {
    let plan = drawing.sheet.plan
    var images: [SheetPlan.Place: PixelImage] = [:]
    for (place, path) in drawing.sheet.files {
      images[place] = picture(path, of: drawing.sheet)
    }
    if let passing = drawing.passing {
      let (image, scale) = (passing.image, passing.scale)
      let room = plan.room(
        width: image.width * scale, height: image.height * scale, longestSide: Self.longestSide)
      images[passing.place] = image.enlarged(by: max(1, room.width / image.width))
    }
    var sheet = plan.sheet(of: images, longestSide: Self.longestSide)
    if let cursor = drawing.cursor { sheet.frame(column: cursor.column, row: cursor.row) }
    return sheet.image
  }

  /// - Returns: Nil if it is gone or damaged, which leaves its place empty.
  private func picture(_ path: String, of sheet: StudioSheet) -> PixelImage? {
    let known = pictures.withLock { pictures in
      if pictures.sheet != sheet.id { pictures = Pictures(sheet: sheet.id) }
      return pictures.images[path]
    }
    if let known { return known }
    guard let image = try? ImageFile.decode(URL(filePath: path)) else { return nil }
    let small = sheet.plan.fitting(image, longestSide: Self.longestSide)
    pictures.withLock { $0.images[path] = small }
    return small
  }

  /// Writes a sheet into the gallery, over the one it was before.
  func save(_ drawing: SheetDrawing) {
    Task.detached(priority: .utility) { [self] in
      do {
        let entry = try write(drawing.sheet)
        mailbox.post(.sheetSaved(drawing.sheet, entry))
      } catch {
        mailbox.post(.told(.error, "The sheet was not saved: \(error)"))
        mailbox.post(.sheetSaved(drawing.sheet, nil))
      }
    }
  }

  private func write(_ sheet: StudioSheet) throws -> PictureEntry {
    var images: [SheetPlan.Place: PixelImage] = [:]
    var names: [SheetPlan.Place: String] = [:]
    for (place, path) in sheet.files {
      let file = URL(filePath: path)
      guard let image = try? ImageFile.decode(file) else { continue }
      images[place] = sheet.plan.fitting(image)
      names[place] = file.lastPathComponent
    }
    let destination = try SheetDestination(output: sheet.path, gallery: gallery)
    let made = sheet.plan.sheet(of: images)
    let record = sheet.plan.record(version: version, files: names)
    let file = try destination.save(made, record, seed: sheet.plan.job.seed)
    return PictureEntry(file: file, recipe: Recipe(prompt: "sheet: \(record.prompt)"))
  }
}
