public import Foundation

/// Wildcards in a folder: `__animals/birds__` is its file `animals/birds.txt`.
///
/// A file holds one entry a line; blank lines and lines that begin with `#` are left out. Files are
/// read when they are asked for, so changes count at once.
public struct WildcardFolder: WildcardSource {
  public let folder: URL

  public init(_ folder: URL) { self.folder = folder }

  public var names: [String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }
      .filter(TemplateMarks.canName).sorted()
  }

  public func entries(named name: String) throws(WildcardError) -> [String] {
    let file = folder.appending(path: name + ".txt")
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch CocoaError.fileReadNoSuchFile {
      throw .missing(name: name, place: folder.path)
    } catch {
      throw .unreadable(name: name, place: folder.path, reason: error.localizedDescription)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .unreadable(name: name, place: folder.path, reason: "it is not UTF-8")
    }
    let entries = Self.entries(in: text)
    guard !entries.isEmpty else { throw .empty(name: name, place: folder.path) }
    return entries
  }

  /// The lines of a wildcard file that count, without the blanks around them.
  static func entries(in text: String) -> [String] {
    let mark: Unicode.Scalar = "\u{FEFF}"
    return String(text.unicodeScalars.drop { $0 == mark }).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }
}
