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

  /// Writes one picture with its recipe; it is whole on disk when this returns.
  ///
  /// - Throws: `FileError`, `ImageError`.
  public func save(_ picture: GeneratedPicture, recipe: Recipe, at place: SheetPlan.Place) throws
    -> URL
  {
    let data = try PNG.encode(picture.image, recipe: recipe)
    guard let stem else {
      let name = PictureName.make(date: Date(), seed: picture.seed, prompt: recipe.prompt)
      return try AtomicFile.writeNew(data, named: name, in: folder)
    }
    let file = folder.appending(path: "\(stem)-\(place.column + 1)-\(place.row + 1).png")
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
    try AtomicFile.write(data, to: file)
    return file
  }
}
