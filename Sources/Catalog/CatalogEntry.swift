public import Foundation
public import Gallery

/// A picture of a gallery, as the index knows it.
public struct CatalogEntry: Sendable, Equatable, Identifiable {
  /// Stays the same when the file is renamed, not when the index is made anew.
  public let id: Int64
  /// Of the file, within the gallery's folder.
  public let name: String
  public let url: URL
  public let byteCount: Int
  /// When the file was last changed; stars and ratings do not count.
  public let modified: Date
  /// In pixels; nil if the header cannot be read.
  public let width: Int?
  public let height: Int?
  /// Empty without a recipe.
  public let prompt: String
  /// Whose recipe it is; nil without one.
  public let origin: PictureOrigin?
  public let marks: PictureMarks
  /// What of the file cannot be read.
  public let fault: String?
  let fingerprint: Int64?
  let recipeJSON: String?

  /// How the picture was made; nil if it does not say.
  public var recipe: Recipe? {
    recipeJSON.flatMap { try? JSONDecoder().decode(Recipe.self, from: Data($0.utf8)) }
  }
}
