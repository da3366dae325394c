public import Foundation

/// What a picture file says of itself, without its pixels.
///
/// Reading asks little of a file: of a damaged one, of one of another program, of one that is no
/// picture at all, whatever is sound is told, the rest is in ``faults``.
public struct PictureMetadata: Sendable, Equatable {
  /// In pixels.
  public private(set) var width: Int?
  public private(set) var height: Int?
  public private(set) var recipe: Recipe?
  /// Who wrote the recipe; nil without one.
  public private(set) var origin: PictureOrigin?
  public private(set) var marks = PictureMarks()
  /// The same for files with the same pixels and different texts; nil for a damaged file.
  public private(set) var fingerprint: UInt64?
  /// What could not be read, a few words each.
  public private(set) var faults: [String] = []

  /// Reads headers and texts of a file, not its pixels.
  ///
  /// - Throws: ``ImageError/unreadable(file:reason:)``.
  public init(file: URL) throws(ImageError) {
    let window: FileWindow
    do {
      window = try FileWindow(file)
    } catch {
      throw .unreadable(file: file.path, reason: systemMessage(error.code))
    }
    self.init(byteCount: window.byteCount) { window.bytes(in: $0) }
  }

  /// Of a file that cannot be opened.
  package init(unreadable error: ImageError) {
    if case .unreadable(_, let reason) = error {
      faults = ["it cannot be read: \(reason)"]
    } else {
      faults = ["\(error)"]
    }
  }

  /// Reads the bytes of a file.
  public init(_ bytes: Data) {
    let bytes = [UInt8](bytes)
    self.init(byteCount: bytes.count) { Array(bytes[$0.clamped(to: bytes.indices)]) }
  }

  private init(byteCount: Int, read: (Range<Int>) -> [UInt8]) {
    let layout = PNGLayout(byteCount: byteCount, read: read)
    (width, height) = (layout.width, layout.height)
    fingerprint = layout.fingerprint
    if let fault = layout.fault { faults.append(fault) }
    let wanted = RecipeText.keywords + [PictureMarks.keyword]
    var texts: [PNGText] = []
    for chunk in layout.texts
    where wanted.contains(chunk.keyword) && !texts.contains(where: { $0.keyword == chunk.keyword })
    {
      guard chunk.range.count <= PNG.textLimit else {
        faults.append("its text '\(chunk.keyword)' is longer than \(PNG.textLimit) bytes")
        continue
      }
      do throws(ImageError) {
        let found = try PNG.texts(in: PNGLayout.single(read(chunk.range)))
        // libpng passes over what unpacks to too much.
        if found.isEmpty { faults.append("its text '\(chunk.keyword)' cannot be unpacked") }
        texts += found
      } catch {
        faults.append("its text '\(chunk.keyword)': \(error.finding)")
      }
    }
    let found = RecipeText.find(in: texts)
    recipe = found.recipe
    origin = found.origin
    faults += found.faults
    if let text = texts.first(where: { $0.keyword == PictureMarks.keyword }) {
      do {
        marks = try JSONDecoder().decode(PictureMarks.self, from: Data(text.text.utf8))
      } catch {
        faults.append("its star and rating cannot be read")
      }
    }
  }
}

extension ImageError {
  /// What was found, without the file and the advice.
  fileprivate var finding: String {
    switch self {
    case .damaged(_, _, let found), .unsupported(_, _, let found), .notPNG(_, let found): found
    default: description
    }
  }
}

/// Reads pieces of a file, most of them from one block of it.
private final class FileWindow {
  struct Failure: Error {
    let code: Int32
  }

  /// Most of our texts and headers lie in the first few kilobytes.
  private static let block = 8192

  let byteCount: Int
  private let descriptor: Int32
  private var start = 0
  private var block: [UInt8] = []

  init(_ file: URL) throws(Failure) {
    // A pipe under a picture's name must not be waited for.
    descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Failure(code: code != 0 ? code : status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fewer bytes than asked for where the file ends.
  func bytes(in range: Range<Int>) -> [UInt8] {
    if range.lowerBound < start || range.upperBound > start + block.count {
      start = range.lowerBound
      block = read(range.lowerBound, max(range.count, Self.block))
    }
    let (from, to) = (range.lowerBound - start, min(range.upperBound - start, block.count))
    return Array(block[from..<max(from, to)])
  }

  private func read(_ offset: Int, _ count: Int) -> [UInt8] {
    let room = max(0, min(count, byteCount - offset))
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      while filled < room {
        let got = pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), room - filled,
          off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
  }
}
