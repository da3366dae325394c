import ArgumentParser
import Catalog
import Foundation
import Gallery
import Studio

struct GalleryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery", abstract: "Finds, marks and keeps pictures; no screen needed.",
    discussion: """
      A gallery is a folder of PNG files. Stars and ratings are written into the files; the index \
      for searching is made from them and can be deleted.

      \(CatalogQuery.help)
      """,
    subcommands: [
      GalleryList.self, GalleryShow.self, GalleryStar.self, GalleryRate.self, GalleryTrash.self,
      GalleryRestore.self, GalleryExport.self, GallerySheet.self, GalleryReindex.self,
    ], defaultSubcommand: GalleryList.self)
}

extension CatalogQuery {
  fileprivate static let help = """
    Queries:
      fox red           prompts with words that begin so, all of them
      "red fox"         these words in this order
      -dog              the opposite; before such an argument write --
      negative:blurry   words of the negative prompt; also prompt:
      model:sigma       a part of the name, = for all of it; also sampler: origin:
      steps>20          also = < >= <=, and seed, guidance, width, height
      size:512x768      more or less compares the number of pixels
      date>=2026-11     a day, month or year, today, yesterday
      star rating>=4    what people think of them
    """
}

/// The gallery that a command means.
struct GalleryOptions: ParsableArguments {
  @Option(help: "The folder of pictures. Where 'pixart generate' saves if not given.")
  var gallery: String?

  func validate() throws {
    if gallery?.isEmpty == true {
      throw ValidationError("--gallery is followed by an empty text.")
    }
  }

  /// Opens the gallery as it is on disk now, and says what happened to its index.
  func open() throws -> PictureCatalog {
    let catalog = try openUnread()
    try refresh(catalog)
    return catalog
  }

  func openUnread() throws -> PictureCatalog {
    let folder = gallery.map { URL(filePath: $0) } ?? StudioFolders().gallery
    // Only the gallery that nothing was saved to yet may be missing.
    if gallery != nil, access(folder.path, F_OK) != 0 {
      throw CatalogError.unreadableFolder(
        path: folder.path, reason: String(cString: strerror(errno)))
    }
    return try PictureCatalog.open(folder: folder, indexes: StudioFolders().galleryIndexes)
  }

  func refresh(_ catalog: PictureCatalog) throws {
    try catalog.refresh(progress: Self.progress("reading pictures"))
    for notice in catalog.takeNotices() { Console.error("pixart: \(notice)") }
  }

  /// A line that counts, for people only, and only where there is much to do.
  static func progress(_ what: String) -> (CatalogProgress) -> Void {
    { progress in
      guard progress.total > 500, Console.errorIsTerminal else { return }
      let isDone = progress.done == progress.total
      let line = "\r\(what): \(progress.done) of \(progress.total)\(isDone ? "\n" : "")"
      Console.write(line, to: STDERR_FILENO)
    }
  }
}

/// The pictures that a command is about.
struct QueryOptions: ParsableArguments {
  @Argument(
    help: "What to look for; see 'pixart gallery --help'. All pictures if not given.")
  var query: [String] = []

  @Option(
    help: """
      One of \(CatalogSort.Key.allCases.map(\.rawValue).joined(separator: ", ")); with :up or :down \
      behind it for the other direction.
      """, transform: CatalogSort.init(argument:))
  var sort = CatalogSort.newest

  @Option(help: "The most pictures.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit takes 1 or more, not \(limit).") }
    do {
      _ = try parsed()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func parsed() throws -> CatalogQuery {
    try CatalogQuery(parsing: query.joined(separator: " "))
  }

  func search(_ catalog: PictureCatalog) throws -> [CatalogEntry] {
    try catalog.search(parsed(), sort: sort, limit: limit)
  }
}

/// Pictures of a gallery by name or path.
struct FileOptions: ParsableArguments {
  @Argument(help: "Pictures of the gallery, by name or path.")
  var files: [String]

  /// - Throws: `CatalogError` if one is no picture of the gallery.
  func names(in catalog: PictureCatalog) throws -> [String] {
    try files.map { try Self.entry($0, in: catalog).name }
  }

  static func entry(_ file: String, in catalog: PictureCatalog) throws -> CatalogEntry {
    guard file.contains("/") else { return try catalog.entry(named: file) }
    let url = URL(filePath: file).standardizedFileURL
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
    guard folder.path == catalog.folder.standardizedFileURL.path else {
      throw CatalogError.noPicture(name: file, folder: catalog.folder.path)
    }
    return try catalog.entry(named: url.lastPathComponent)
  }
}

extension CatalogSort {
  fileprivate init(argument: String) throws {
    let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
    let directions = ["up": false, "down": true]
    guard let key = parts.first.flatMap(Key.init(rawValue:)),
      parts.count < 2 || directions[parts[1]] != nil
    else {
      throw ValidationError(
        "The orders are \(Key.allCases.map(\.rawValue).joined(separator: ", ")), "
          + "each with :up or :down behind it if you like.")
    }
    self.init(key, isDescending: parts.count < 2 ? nil : directions[parts[1]])
  }
}
