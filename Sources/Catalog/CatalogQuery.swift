import Foundation

/// What to look for in a gallery: all of its terms have to hold.
///
/// Written like `fox "red hat" -dog steps>20 star`; see ``init(parsing:calendar:now:)``.
public struct CatalogQuery: Sendable, Equatable {
  /// Every picture.
  public static let everything = CatalogQuery(terms: [])

  var terms: [Term]

  struct Term: Sendable, Equatable {
    var isNegated = false
    var condition: Condition
  }

  enum Condition: Sendable, Equatable {
    /// Begins of words, or if `isExact` whole words in this order.
    case words(String, in: QueryField, isExact: Bool)
    case contains(QueryField, String)
    case equals(QueryField, String)
    case number(QueryField, QueryOperator, Double)
    case seed(QueryOperator, UInt64)
    /// Width and height in pixels; compared by their product unless for equality.
    case size(QueryOperator, width: Int, height: Int)
    case date(QueryOperator, DateInterval)
    case star(Bool)
  }
}

/// What can be asked of a picture by name.
public enum QueryField: String, Sendable, CaseIterable {
  case prompt, negative, model, sampler, seed, steps, guidance, size, width, height, rating, star,
    date, origin

  /// The comparisons that make sense.
  var operators: [QueryOperator] {
    switch self {
    case .prompt, .negative, .model, .sampler, .star, .origin: [.has, .equal]
    default: QueryOperator.allCases
    }
  }

  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}

/// How a field is compared with a value.
public enum QueryOperator: String, Sendable, CaseIterable {
  case has = ":"
  case equal = "="
  case atLeast = ">="
  case atMost = "<="
  case above = ">"
  case below = "<"

  /// As SQL writes it.
  var sql: String { self == .has ? "=" : rawValue }
}

/// What is wrong with a query, and what would be right.
public enum CatalogQueryError: Error, Equatable, CustomStringConvertible {
  case openQuote(part: String)
  case loneDash
  case unknownField(String, part: String)
  case wrongOperator(QueryField, found: String)
  case missingValue(part: String)
  case wrongValue(QueryField, found: String, needed: String)

  public var description: String {
    switch self {
    case .openQuote(let part): "The quote in '\(part)' is not closed. End it with \"."
    case .loneDash: "A '-' stands alone. Write it before what should not be found: -dog."
    case .unknownField(let name, let part):
      "There is no field '\(name)' in '\(part)'. The fields are \(QueryField.list); "
        + "to find the words themselves, quote them: \"\(part)\"."
    case .wrongOperator(let field, let found):
      "'\(field.rawValue)' cannot be compared by '\(found)', only by "
        + field.operators.map { "'\($0.rawValue)'" }.joined(separator: " and ") + "."
    case .missingValue(let part): "Nothing follows '\(part)'. Write a value behind it."
    case .wrongValue(let field, let found, let needed):
      "'\(field.rawValue)' takes \(needed), not '\(found)'."
    }
  }
}
