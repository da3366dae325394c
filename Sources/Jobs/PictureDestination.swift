public import Foundation
public import Gallery
public import Generation

/// Where finished pictures go.
public struct PictureDestination: Sendable {
  private enum Place: Sendable {
    /// Replaced if it is there.
    case file(URL)
    /// Gets a new name for every picture.
    case folder(URL)
  }

  private let place: Place

  /// Makes sure, before the work begins, that there is a place to write to.
  ///
  /// - Parameters:
  ///   - output: A folder if it is one, ends in a slash, or is to hold several pictures.
  ///   - gallery: The folder for pictures without `output`.
  ///   - count: How many pictures there will be.
  /// - Throws: `FileError`, ``OutputError``.
  public init(output: String?, gallery: URL, count: Int) throws {
    guard let output else {
      place = .folder(try Self.made(gallery))
      return
    }
    let url = URL(filePath: output)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    let looksLikeFile = url.pathExtension.lowercased() == "png"
    if exists ? isFolder.boolValue : output.hasSuffix("/") || count > 1 && !looksLikeFile {
      place = .folder(try Self.made(url))
      return
    }
    guard count == 1 else { throw OutputError.oneFileForMany(path: output, count: count) }
    try OutputFile.check(url)
    place = .file(url)
  }

  private static func made(_ folder: URL) throws -> URL {
    try OutputFile.makeFolder(folder)
    return folder
  }

  /// Writes a picture with its recipe inside; it is whole on disk when this returns.
  ///
  /// - Returns: The file that holds the picture now.
  /// - Throws: `FileError`, `ImageError`.
  public func save(_ picture: GeneratedPicture, recipe: Recipe) throws -> URL {
    let data = try PNG.encode(picture.image, recipe: recipe)
    switch place {
    case .file(let file):
      try AtomicFile.write(data, to: file)
      return file
    case .folder(let folder):
      let name = PictureName.make(date: Date(), seed: picture.seed, prompt: recipe.prompt)
      return try AtomicFile.writeNew(data, named: name, in: folder)
    }
  }
}

/// Why pictures cannot go where they should.
public enum OutputError: Error, Equatable, CustomStringConvertible {
  case oneFileForMany(path: String, count: Int)

  public var description: String {
    switch self {
    case .oneFileForMany(let path, let count):
      "'\(path)' is one file, but \(count) pictures were asked for. Name a folder."
    }
  }
}
