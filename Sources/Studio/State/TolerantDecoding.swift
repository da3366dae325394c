extension KeyedDecodingContainer {
  /// The value of a key; `fallback` where a file of another version lacks it.
  ///
  /// - Throws: If it is there and of another type.
  func value<T: Decodable>(_ key: Key, or fallback: T) throws -> T {
    try decodeIfPresent(T.self, forKey: key) ?? fallback
  }
}
