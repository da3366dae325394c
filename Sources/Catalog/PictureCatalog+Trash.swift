public import Foundation
import Gallery

/// Pictures that were put into the trash together, so that they can come back together.
public struct TrashTicket: Sendable, Equatable, Identifiable {
  /// Name of the folder within the trash: the time, and a number if there are several.
  public let id: String
  /// Names the files had, and have in the trash.
  public let names: [String]
}

extension PictureCatalog {
  /// Below the gallery, so that moving there copies nothing; empty it as you like.
  public var trashFolder: URL { folder.appending(path: ".trash") }

  /// Moves pictures into the trash, all or none; nothing is deleted.
  ///
  /// - Throws: ``CatalogError`` if one is not there, `FileError` if it cannot be moved.
  public func trash(_ names: [String], now: Date = Date()) throws -> TrashTicket {
    let names = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let found = Set(FolderListing(names, in: folder).files.map(\.name))
    // A path could lead out of the gallery.
    if let missing = names.first(where: { !found.contains($0) || $0.contains("/") }) {
      throw CatalogError.noPicture(name: missing, folder: folder.path)
    }
    let place = try makeTrashFolder(now)
    var moved: [String] = []
    for name in names {
      let (from, to) = (folder.appending(path: name), place.appending(path: name))
      guard rename(from.path, to.path) != 0 else {
        moved.append(name)
        continue
      }
      let error = FileError(errno, writing: from, bytes: 0)
      for name in moved { _ = try? bringBack(name, from: place) }
      rmdir(place.path)
      throw error
    }
    try healing { try refresh(names) }
    return TrashTicket(id: place.lastPathComponent, names: names)
  }

  /// Moves pictures of the trash back under their old names, or under `name-2.png` where a name is
  /// taken meanwhile.
  ///
  /// - Returns: The names they have now.
  /// - Throws: ``CatalogError/noTicket(id:folder:)``, `FileError`; pictures that were not moved by
  ///   then are still in the trash.
  @discardableResult
  public func restore(_ ticket: TrashTicket) throws -> [String] {
    let place = trashFolder.appending(path: ticket.id)
    guard try trashTickets().contains(where: { $0.id == ticket.id }) else {
      throw CatalogError.noTicket(id: ticket.id, folder: folder.path)
    }
    var restored: [String] = []
    // What cannot be written here is found by the next refresh.
    defer { try? healing { try refresh(restored) } }
    for name in FolderContents.names(of: place) {
      restored.append(try bringBack(name, from: place))
    }
    // Fails where somebody put something else there, which then stays.
    rmdir(place.path)
    return restored
  }

  /// What is in the trash, the latest first.
  ///
  /// - Throws: ``CatalogError/unreadableFolder(path:reason:)``.
  public func trashTickets() throws(CatalogError) -> [TrashTicket] {
    guard access(trashFolder.path, F_OK) != 0 || access(trashFolder.path, R_OK | X_OK) == 0 else {
      throw .unreadableFolder(path: trashFolder.path, reason: String(cString: strerror(errno)))
    }
    return FolderContents.names(of: trashFolder)
      .map { TrashTicket(id: $0, names: FolderContents.names(of: trashFolder.appending(path: $0))) }
      .filter { !$0.names.isEmpty }
      .sorted { $0.id.compare($1.id, options: .numeric) == .orderedDescending }
  }

  /// A new folder named after the time in this time zone.
  private func makeTrashFolder(_ now: Date) throws(FileError) -> URL {
    let time = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: now)
    let stem = String(
      format: "%04d%02d%02d-%02d%02d%02d", time.year ?? 0, time.month ?? 0, time.day ?? 0,
      time.hour ?? 0, time.minute ?? 0, time.second ?? 0)
    guard mkdir(trashFolder.path, 0o777) == 0 || errno == EEXIST else {
      throw FileError(errno, writing: trashFolder, bytes: 0)
    }
    var place = trashFolder.appending(path: stem)
    var number = 2
    while mkdir(place.path, 0o777) != 0 {
      guard errno == EEXIST else { throw FileError(errno, writing: place, bytes: 0) }
      place = trashFolder.appending(path: "\(stem)-\(number)")
      number += 1
    }
    return place
  }

  /// Moves a file into the gallery without replacing one; returns its name there.
  private func bringBack(_ name: String, from place: URL) throws(FileError) -> String {
    try AtomicFile.move(place.appending(path: name), into: folder).lastPathComponent
  }
}

/// Names of what is in a folder.
private enum FolderContents {
  /// Sorted, without hidden ones; empty if the folder cannot be read.
  static func names(of folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { !$0.hasPrefix(".") }.sorted()
  }
}
