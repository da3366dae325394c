/// Why prepared weights cannot be used, or cannot be kept.
package enum PreparedFault: Error, Equatable {
  // Of a file that is there
  case missing
  case unreadable(SafetensorsFault)
  /// Made of other weights, for another device or by another version of the program.
  case otherContents
  case damaged(part: String)
  // Of one that is to be made
  /// Another process makes the same file.
  case busy
  case noRoom(needed: Int, free: Int)
  case failed(reason: String)

  /// Continues a sentence that begins with the file's name.
  package var description: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable(.unopened): "cannot be opened"
    case .unreadable: "is damaged"
    case .otherContents: "is of another version"
    case .damaged(let part): "is damaged in \(part.quoted)"
    case .busy: "is made by another process"
    case .noRoom(let needed, let free):
      "needs \(needed / 1_000_000 + 1) MB, but \(free / 1_000_000) MB are free"
    case .failed(let reason): "cannot be written: \(reason)"
    }
  }
}
