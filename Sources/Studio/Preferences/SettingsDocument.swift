import Foundation
import TOMLKit
import Terminal

/// A TOML file of a person's settings, and where in it a key stands.
struct SettingsDocument {
  private static let largest = 1 << 20

  /// Its name, for messages.
  let file: String
  let table: TOMLTable
  private let lines: [Substring]

  /// The bytes of a file; nil if there is none.
  static func data(of url: URL) throws(SettingsError) -> Data? {
    do {
      return try Data.ofFile(url)
    } catch { throw .unreadable(error) }
  }

  /// - Throws: ``SettingsError`` with line and column.
  init(_ data: Data, file: String) throws(SettingsError) {
    guard data.count <= Self.largest else {
      throw .tooLarge(file: file, bytes: data.count, limit: Self.largest)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let (line, column) = Self.placeOfInvalidUTF8(in: data)
      throw .damaged(file: file, line: line, column: column, reason: "this is no UTF-8 text")
    }
    self.file = file
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    do throws(TOMLDocument.Fault) {
      table = try TOMLDocument.parse(text)
    } catch {
      throw .damaged(file: file, line: error.line, column: error.column, reason: error.reason)
    }
  }

  /// The line, from 1, that gives a key a value, or opens the table of that name.
  ///
  /// - Parameter table: Only lines below this table's header count.
  func line(of key: String, in table: String? = nil) -> Int? {
    var isInside = table == nil
    for (index, line) in lines.enumerated() {
      var rest = line.drop { $0 == " " || $0 == "\t" }
      if rest.first == "[" {
        rest = rest.drop { $0 == "[" || $0 == " " }
        if let table {
          isInside = Self.follows(&rest, table) && rest.first == "]"
        } else if Self.follows(&rest, key), rest.first == "]" || rest.first == "." {
          return index + 1
        }
      } else if isInside, Self.follows(&rest, key), rest.first == "=" || rest.first == "." {
        return index + 1
      }
    }
    return nil
  }

  /// Takes a key, bare or quoted, and the blanks after it off the text.
  private static func follows(_ text: inout Substring, _ key: String) -> Bool {
    for form in [key, "\"\(key)\"", "'\(key)'"] where text.hasPrefix(form) {
      let rest = text.dropFirst(form.count)
      // `draft` is not the beginning of `draft-steps`.
      if let next = rest.first, next.isLetter || next.isNumber || next == "-" || next == "_" {
        continue
      }
      text = rest.drop { $0 == " " || $0 == "\t" }
      return true
    }
    return false
  }

  private static func placeOfInvalidUTF8(in data: Data) -> (line: Int, column: Int) {
    var line = 1
    for content in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: content, as: UTF8.self) == nil {
        let valid = String(decoding: content, as: UTF8.self).unicodeScalars
          .prefix { $0 != "\u{FFFD}" }
        return (line, valid.count + 1)
      }
      line += 1
    }
    return (line, 1)
  }
}
