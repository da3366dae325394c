package import TOMLKit

/// TOML from people's files, which may hold anything.
package enum TOMLDocument {
  /// Where a text is no TOML; line and column from 1.
  package struct Fault: Error, Equatable {
    package let line: Int
    package let column: Int
    package let reason: String
  }

  /// Reads a text; what the library would not survive is refused before.
  package static func parse(_ text: String) throws(Fault) -> TOMLTable {
    let bytes = Array(text.utf8)
    do throws(TOMLGuard.Finding) {
      try TOMLGuard.check(bytes)
    } catch {
      let before = bytes[..<error.index].split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let column = String(decoding: before.last ?? [], as: UTF8.self).unicodeScalars.count + 1
      throw Fault(line: before.count, column: column, reason: error.reason)
    }
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let reason = error.description.prefix { !$0.isNewline }
      throw Fault(
        line: error.source.begin.line, column: error.source.begin.column,
        reason: String(reason.hasSuffix(".") ? reason.dropLast() : reason))
    } catch {
      throw Fault(line: 1, column: 1, reason: "\(error)")
    }
  }
}
