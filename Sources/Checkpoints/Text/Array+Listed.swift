extension [String] {
  /// Up to five names in quotes for a message, then how many more there are.
  package func listed(or none: String) -> String {
    let limit = 5
    guard !isEmpty else { return none }
    let names = prefix(limit).map(\.quoted).joined(separator: ", ")
    return count > limit ? "\(names) and \(count - limit) more" : names
  }
}
