import Gallery

extension PictureCatalog {
  /// Gives a picture a star or takes it; it is in the file when this returns.
  ///
  /// - Throws: ``CatalogError``; `FileError` if nothing can be written in the folder; `ImageError` if
  ///   the file is no whole PNG.
  @discardableResult
  public func setStar(_ star: Bool, of name: String) throws -> CatalogEntry {
    try changeMarks(of: name) { $0.star = star }
  }

  /// Rates a picture from 1 to 5, or takes its rating by 0; it is in the file when this returns.
  ///
  /// - Throws: As ``setStar(_:of:)``.
  @discardableResult
  public func setRating(_ rating: Int, of name: String) throws -> CatalogEntry {
    precondition(PictureMarks.ratings.contains(rating), "a rating of \(rating) is not in 0...5")
    return try changeMarks(of: name) { $0.rating = rating }
  }

  private func changeMarks(of name: String, _ body: (inout PictureMarks) -> Void) throws
    -> CatalogEntry
  {
    let entry = try entry(named: name)
    try PictureMarks.change(in: entry.url, body)
    try healing { try refresh([name]) }
    return try self.entry(named: name)
  }
}
