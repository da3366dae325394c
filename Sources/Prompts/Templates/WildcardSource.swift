/// Where the entries behind `__name__` come from.
public protocol WildcardSource: Sendable {
  /// All names that can be asked for, sorted; `animals/birds` is one in a folder.
  var names: [String] { get }

  /// The entries of a name; never none.
  func entries(named name: String) throws(WildcardError) -> [String]
}

/// Why a wildcard has no entries.
public enum WildcardError: Error, Equatable, CustomStringConvertible {
  /// - Parameter place: Where it was looked for.
  case missing(name: String, place: String)
  case empty(name: String, place: String)
  case unreadable(name: String, place: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let name, let place):
      "There is no wildcard '\(name)' in \(place). Add it there, one entry a line, or write "
        + "\\__ for two underscores."
    case .empty(let name, let place):
      "The wildcard '\(name)' in \(place) has no entries. Write at least one line into it."
    case .unreadable(let name, let place, let reason):
      "The wildcard '\(name)' in \(place) could not be read: \(reason). "
        + "Make it a readable text file in UTF-8."
    }
  }
}

/// Wildcards that are kept in memory.
public struct WildcardTable: WildcardSource, Equatable {
  private let lists: [String: [String]]

  public init(_ lists: [String: [String]] = [:]) { self.lists = lists }

  public var names: [String] { lists.keys.sorted() }

  public func entries(named name: String) throws(WildcardError) -> [String] {
    guard let entries = lists[name] else {
      throw .missing(
        name: name, place: names.isEmpty ? "an empty list" : names.joined(separator: ", "))
    }
    guard !entries.isEmpty else { throw .empty(name: name, place: "memory") }
    return entries
  }
}
