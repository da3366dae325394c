/// The order in which pictures are listed.
public struct CatalogSort: Sendable, Equatable {
  public enum Key: String, Sendable, CaseIterable {
    case date, name, rating, steps, seed, prompt
  }

  public static let newest = CatalogSort(.date)

  public var key: Key
  public var isDescending: Bool

  /// - Parameter isDescending: If nil, as it is mostly wanted: latest and best first, texts and
  ///   numbers from the beginning.
  public init(_ key: Key, isDescending: Bool? = nil) {
    self.key = key
    self.isDescending = isDescending ?? (key == .date || key == .rating)
  }

  /// What follows `ORDER BY`; pictures that lack the value come last, either way.
  var sql: String {
    let direction = isDescending ? "DESC" : "ASC"
    let rest = "modified DESC, name DESC"
    return switch key {
    case .date: "modified \(direction), name \(direction)"
    case .name: "name \(direction)"
    case .rating: "rating = 0, rating \(direction), \(rest)"
    case .steps: "steps \(direction) NULLS LAST, \(rest)"
    case .seed: "seed \(direction) NULLS LAST, \(rest)"
    case .prompt: "prompt = '', prompt COLLATE NOCASE \(direction), \(rest)"
    }
  }
}
