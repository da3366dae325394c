public import Foundation
import Gallery

/// One value in one JSON file: `{"version":1,"value":…}`.
///
/// A file is replaced as a whole or not at all. One that cannot be understood is put aside under
/// another name; one of a later version of the program is neither read nor replaced.
public struct StateFile<Value: Codable & Sendable>: Sendable {
  public enum Loaded {
    case value(Value)
    case missing
    /// The file has another name now; the reason is one line for its user.
    case damaged(movedTo: URL, reason: String)
    /// Unreadable, or of a later version: it stays, and ``save(_:)`` refuses.
    case leftAlone(StateError)
  }

  public let url: URL
  private let version: Int

  /// - Parameter version: Of the value's format; a file with a larger one is left alone.
  public init(_ url: URL, version: Int = 1) {
    self.url = url
    self.version = version
  }

  /// - Parameter date: Part of the name that a damaged file gets.
  public func load(date: Date = .now) -> Loaded {
    let data: Data
    do {
      guard let found = try Data.ofFile(url) else { return .missing }
      data = found
    } catch { return .leftAlone(error) }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      // The version comes first: the rest of a later one need not be understood.
      let found = try decoder.decode(Version.self, from: data).version
      guard found <= version else {
        return .leftAlone(.newer(path: url.path, version: found, known: version))
      }
      return .value(try decoder.decode(Envelope.self, from: data).value)
    } catch {
      return putAside(because: Self.reason(error), date: date)
    }
  }

  /// Writes the value durably: it is there after a crash that follows.
  ///
  /// The folder is made if it is missing.
  ///
  /// - Throws: ``FileError`` or ``StateError``; the file is then as it was.
  public func save(_ value: Value) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    var data = Data("{\"version\":\(version),\"value\":".utf8)
    do {
      data += try encoder.encode(value)
    } catch { throw StateError.unwritable(path: url.path, reason: Self.reason(error)) }
    data += Data("}\n".utf8)
    try refuseToReplaceLaterVersion()
    try StudioFolders.make(url.deletingLastPathComponent())
    try AtomicFile.write(data, to: url)
  }

  private struct Version: Decodable {
    let version: Int
  }

  private struct Envelope: Decodable {
    let value: Value
  }

  /// Another studio may have written the file since it was loaded.
  private func refuseToReplaceLaterVersion() throws(StateError) {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw .unreadable(path: url.path, reason: systemMessage())
      }
      return
    }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 64)
    let count = Foundation.read(descriptor, &start, start.count)
    let text = String(decoding: start.prefix(max(count, 0)), as: UTF8.self)
    // Every version writes its number first, so that this need not read the whole file.
    guard let match = text.prefixMatch(of: /\{"version":(\d+)/), let found = Int(match.1),
      found > version
    else { return }
    throw .newer(path: url.path, version: found, known: version)
  }

  private func putAside(because reason: String, date: Date) -> Loaded {
    let aside = url.freeDamagedName(date: date)
    guard rename(url.path, aside.path) == 0 else {
      let message = "\(reason); \(systemMessage())"
      return .leftAlone(.stuck(path: url.path, reason: message))
    }
    return .damaged(
      movedTo: aside,
      reason: "'\(url.path)' is damaged (\(reason)). It is now '\(aside.lastPathComponent)'; "
        + "the studio starts without it.")
  }

  /// One line of what Foundation says.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another kind"
    case DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is no JSON" : context.debugDescription.firstLine
    default: error.localizedDescription.firstLine
    }
  }
}

extension String {
  fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }
}
