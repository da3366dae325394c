/// Why a gallery could not be opened, searched or changed.
public enum CatalogError: Error, Equatable, CustomStringConvertible {
  case unreadableFolder(path: String, reason: String)
  case noPicture(name: String, folder: String)
  case noTicket(id: String, folder: String)
  case emptyTrash(folder: String)
  /// The index could not be read or written; pictures are not concerned.
  case index(path: String, reason: String)
  /// The index could not be used any more and another took its place; refreshing fills it.
  case replacedIndex(path: String)

  public var description: String {
    switch self {
    case .unreadableFolder(let path, let reason):
      "The gallery '\(path)' cannot be read: \(reason). Give a folder of pictures with --gallery."
    case .noPicture(let name, let folder):
      "There is no picture '\(name)' in the gallery '\(folder)'. "
        + "Its names are those of 'pixart gallery list'."
    case .noTicket(let id, let folder):
      "Nothing was put into the trash of '\(folder)' as '\(id)'. "
        + "'pixart gallery restore --list' shows what was."
    case .emptyTrash(let folder):
      "The trash of '\(folder)' is empty; there is nothing to bring back."
    case .index(let path, let reason):
      "The index '\(path)' cannot be used: \(reason). No picture is concerned; "
        + "free space or delete the index, it is made anew."
    case .replacedIndex(let path):
      "The index '\(path)' could not be used any more and was replaced. Try again, it is made anew."
    }
  }
}

/// What a user should know of the index though everything goes on.
public enum CatalogNotice: Sendable, Equatable, CustomStringConvertible {
  /// A later version of the program wrote it.
  case newerIndex(asidePath: String, version: Int)
  case damagedIndex(asidePath: String, reason: String)
  /// There is no place to keep it.
  case indexInMemory(path: String, reason: String)

  public var description: String {
    switch self {
    case .newerIndex(let path, let version):
      "The gallery's index has format \(version) of a later pixart. It was put aside as '\(path)' "
        + "and is made anew from the pictures."
    case .damagedIndex(let path, let reason):
      "The gallery's index was damaged (\(reason)). It was put aside as '\(path)' "
        + "and is made anew from the pictures."
    case .indexInMemory(let path, let reason):
      "The gallery's index cannot be kept at '\(path)' (\(reason)). "
        + "It is made anew each time; searching works."
    }
  }
}
