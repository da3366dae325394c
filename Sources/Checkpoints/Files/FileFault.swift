/// Why a file could not be opened.
public enum FileFault: Error, Equatable, CustomStringConvertible {
  case missing
  case folder
  /// A pipe, a socket or a device.
  case special
  case closed(reason: String)

  /// Continues a sentence that begins with the file's name.
  public var description: String {
    switch self {
    case .missing: "does not exist. Check the path, or download the file"
    case .folder: "is a folder, but a file was needed. Name a file inside it"
    case .special: "is a pipe or a device, but a file was needed. Copy it into a file first"
    case .closed(let reason): "cannot be opened (\(reason)). Check who may read it"
    }
  }
}
