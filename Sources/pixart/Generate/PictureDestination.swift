import Foundation
import Gallery
import Generation

/// Where finished pictures go.
struct PictureDestination {
  private enum Place {
    /// Replaced if it is there.
    case file(URL)
    /// Gets a new name for every picture.
    case folder(URL)
  }

  private let place: Place

  /// Makes sure, before the work begins, that there is a place to write to.
  ///
  /// - Parameter output: A folder if it is one, ends in a slash, or holds several pictures.
  init(output: String?, gallery: String?, count: Int) throws {
    guard let output else {
      let folder = gallery.map { URL(filePath: $0) } ?? Folders.gallery
      place = .folder(try Self.made(folder))
      return
    }
    let url = URL(filePath: output)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    if exists ? isFolder.boolValue : output.hasSuffix("/") || count > 1 {
      place = .folder(try Self.made(url))
      return
    }
    guard count == 1 else { throw OutputError.oneFileForMany(path: output, count: count) }
    let parent = url.deletingLastPathComponent()
    guard FileManager.default.isWritableFile(atPath: parent.path) else {
      throw OutputError.notWritable(path: parent.path)
    }
    place = .file(url)
  }

  private static func made(_ folder: URL) throws -> URL {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw OutputError.noFolder(path: folder.path, reason: error.localizedDescription)
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw OutputError.notWritable(path: folder.path)
    }
    return folder
  }

  /// - Returns: The file that holds the picture now.
  func save(_ picture: GeneratedPicture, recipe: Recipe) throws -> URL {
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

enum OutputError: Error, CustomStringConvertible {
  case oneFileForMany(path: String, count: Int)
  case notWritable(path: String)
  case noFolder(path: String, reason: String)

  var description: String {
    switch self {
    case .oneFileForMany(let path, let count):
      "'\(path)' is one file, but \(count) pictures were asked for. Name a folder."
    case .notWritable(let path):
      "'\(path)' is no folder that can be written to. Name another with --output."
    case .noFolder(let path, let reason):
      "The folder '\(path)' could not be made: \(reason). Name another with --output."
    }
  }
}
