/// Why a picture could not be read or written.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  case unreadable(file: String, reason: String)
  case fileTooLarge(file: String, limit: Int)
  case unknownFormat(file: String, found: String)
  case notPNG(file: String, found: String)
  case damaged(file: String, format: ImageFile.Format, found: String)
  case unsupported(file: String, format: ImageFile.Format, found: String)
  case tooLarge(file: String, width: Int, height: Int, limits: ImageLimits)
  case noMemory(file: String, width: Int, height: Int)
  case damagedRecipe(file: String, found: String)
  case notEncoded(width: Int, height: Int, found: String)

  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "Cannot read '\(file)': \(reason). Give the path of a PNG, JPEG or WebP picture."
    case .fileTooLarge(let file, let limit):
      "'\(file)' is longer than \(limit >> 20) MiB, the most that is read of a picture. "
        + "Save it smaller."
    case .unknownFormat(let file, let found):
      "'\(file)' is \(found), but a picture must be PNG, JPEG or WebP. Convert it first."
    case .notPNG(let file, let found):
      "'\(file)' is \(found), but only PNG files hold a recipe. Give the picture as it was first saved."
    case .damaged(let file, let format, let found):
      "'\(file)' is a damaged \(format.rawValue): \(found). Save or fetch it again."
    case .unsupported(let file, let format, let found):
      "'\(file)' is a \(format.rawValue) that is not supported: \(found). Save it as a plain PNG."
    case .tooLarge(let file, let width, let height, let limits):
      "'\(file)' has \(width)x\(height) pixels, but at most \(limits.side) a side and "
        + "\(limits.pixels / 1_000_000) million in all are read. Make it smaller first."
    case .noMemory(let file, let width, let height):
      "'\(file)' has \(width)x\(height) pixels, and there is not enough memory to unpack them. "
        + "Make it smaller first or free memory."
    case .damagedRecipe(let file, let found):
      "'\(file)' holds a recipe that cannot be read: \(found). The picture itself may be sound."
    case .notEncoded(let width, let height, let found):
      "A picture of \(width)x\(height) pixels could not be packed: \(found)."
    }
  }
}
