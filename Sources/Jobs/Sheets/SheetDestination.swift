public import Foundation
public import Gallery
public import Generation

/// Where a sheet and its pictures go: side by side in one folder.
public struct SheetDestination: Sendable {
  private let folder: URL
  /// What all files are called, without their ends; named after time and prompt if nil.
  private let stem: String?
  /// The sheet's own name, as it was given.
  private let file: URL?

  /// Makes sure, before the work begins, that there is a place to write to.
  ///
  /// - Parameters:
  ///   - output: A PNG file for the sheet, `fox.png`, whose pictures become `fox-1-1.png` (column,
  ///     row) and so on and replace what is there; or a folder.
  ///   - gallery: The folder without `output`.
  /// - Throws: `FileError`.
  public init(output: String?, gallery: URL) throws {
    guard let output else {
      (folder, stem, file) = (gallery, nil, nil)
      try OutputFile.makeFolder(gallery)
      return
    }
    let url = URL(filePath: output)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    guard !isFolder.boolValue, exists || url.pathExtension.lowercased() == "png" else {
      (folder, stem, file) = (url, nil, nil)
      try OutputFile.makeFolder(url)
      return
    }
    try OutputFile.check(url)
    (folder, stem, file) = (
      url.deletingLastPathComponent(), url.deletingPathExtension().lastPathComponent, url
    )
  }

  /// Makes sure that nothing is written over the picture that all others begin with.
  ///
  /// - Throws: ``SheetError/replacesInitImage(_:)``.
  public func check(_ plan: SheetPlan) throws(SheetError) {
    guard let file, let start = plan.job.initImage else { return }
    func place(_ file: URL) -> String { file.resolvingSymlinksInPath().standardizedFileURL.path }
    let written = plan.places.compactMap(pictureFile) + [file]
    if let same = written.first(where: { place($0) == place(URL(filePath: start)) }) {
      throw .replacesInitImage(same.lastPathComponent)
    }
  }

  /// Where a place's picture goes; nil if its name depends on when it is made.
  public func pictureFile(at place: SheetPlan.Place) -> URL? {
    stem.map { folder.appending(path: "\($0)-\(place.column + 1)-\(place.row + 1).png") }
  }

  /// Writes one picture with its recipe; it is whole on disk when this returns.
  ///
  /// - Throws: `FileError`, `ImageError`.
  public func save(_ picture: GeneratedPicture, recipe: Recipe, at place: SheetPlan.Place) throws
    -> URL
  {
    let data = try PNG.encode(picture.image, recipe: recipe)
    guard let file = pictureFile(at: place) else {
      let name = PictureName.make(date: Date(), seed: picture.seed, prompt: recipe.prompt)
      return try AtomicFile.writeNew(data, named: name, in: folder)
    }
    try AtomicFile.write(data, to: file)
    return file
  }

  /// Writes the sheet itself.
  ///
  /// - Throws: `FileError`, `ImageError`.
  public func save(_ sheet: PictureSheet, _ record: SheetRecord, seed: UInt64) throws -> URL {
    let data = try PNG.encode(sheet.image, sheet: record)
    guard let file else {
      let name = PictureName.make(date: Date(), seed: seed, prompt: "sheet " + record.prompt)
      return try AtomicFile.writeNew(data, named: name, in: folder)
    }
    // A sheet that is made anew is still the one that was starred.
    if let old = try? Data(contentsOf: file), (try? SheetRecord(readingFrom: old)) != nil {
      try PictureMarks.keep(in: file, writing: data)
    } else {
      try AtomicFile.write(data, to: file)
    }
    return file
  }
}
