import Foundation
import GRDB
import Gallery

extension CatalogQuery {
  /// What follows `WHERE`, over the table `picture`.
  var sql: SQL {
    terms.isEmpty ? "1" : terms.map(\.sql).joined(separator: " AND ")
  }
}

extension CatalogQuery.Term {
  fileprivate var sql: SQL {
    // A picture without the value is one for which the condition does not hold.
    isNegated ? "((\(condition.sql)) IS NOT TRUE)" : "(\(condition.sql))"
  }
}

extension CatalogQuery.Condition {
  fileprivate var sql: SQL {
    switch self {
    case .words(let text, let field, let isExact): words(text, field, isExact)
    case .contains(let field, let text): like(field, text)
    case .equals(let field, let text): "\(column(field)) = \(text) COLLATE NOCASE"
    case .number(let field, let sign, let number):
      "\(column(field)) \(SQL(sql: sign.sql)) \(number)"
    case .seed(let sign, let seed): "seed \(SQL(sql: sign.sql)) \(Int64(ordered: seed))"
    case .size(let sign, let width, let height):
      switch sign {
      case .has, .equal: "width = \(width) AND height = \(height)"
      default: "width * height \(SQL(sql: sign.sql)) \(width * height)"
      }
    case .date(let sign, let interval):
      switch sign {
      case .has, .equal:
        "modified >= \(interval.start.nanoseconds) AND modified < \(interval.end.nanoseconds)"
      case .above: "modified >= \(interval.end.nanoseconds)"
      case .atLeast: "modified >= \(interval.start.nanoseconds)"
      case .below: "modified < \(interval.start.nanoseconds)"
      case .atMost: "modified < \(interval.end.nanoseconds)"
      }
    case .star(let isStarred): "star = \(isStarred)"
    }
  }

  private func column(_ field: QueryField) -> SQL { SQL(sql: field.rawValue) }

  private func like(_ field: QueryField, _ text: String) -> SQL {
    let escaped = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%")
      .replacing("_", with: "\\_")
    return "\(column(field)) LIKE \("%\(escaped)%") ESCAPE '\\'"
  }

  private func words(_ text: String, _ field: QueryField, _ isExact: Bool) -> SQL {
    // The tokenizer knows no signs, and takes a line of Chinese or Japanese for one word.
    let scalars = text.unicodeScalars
    let hasWords = scalars.contains {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
    let isSpaced = !scalars.contains {
      $0.properties.isIdeographic || (0x3040...0x30FF).contains($0.value)
    }
    guard hasWords, isSpaced else { return like(field, text) }
    let quoted = "\"" + text.replacing("\"", with: "\"\"") + "\""
    let pattern = "\(field.rawValue) : \(quoted)\(isExact ? "" : " *")"
    return "id IN (SELECT rowid FROM picture_text WHERE picture_text MATCH \(pattern))"
  }
}

extension Int64 {
  /// A number of SQLite's for each of 64 bits without a sign, in the same order.
  init(ordered value: UInt64) { self.init(bitPattern: value ^ 1 << 63) }
}

extension Date {
  /// Since 1970.
  fileprivate var nanoseconds: Int64 {
    // Years beyond 2262 do not fit.
    Int64(exactly: (timeIntervalSince1970 * 1e9).rounded()) ?? .max
  }
}
