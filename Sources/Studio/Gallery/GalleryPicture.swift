public import Catalog
import Foundation
public import Gallery

/// A picture of the gallery as the screen shows it.
public struct GalleryPicture: Sendable, Equatable {
  /// Of the file, within the gallery's folder.
  public var name: String
  public var path: String
  /// Like `512x768`; nil if the header cannot be read.
  public var size: String?
  public var byteCount: Int
  /// When it was made, as people write it.
  public var date: String
  public var marks: PictureMarks
  /// What of the file cannot be read.
  public var fault: String?
  public var origin: PictureOrigin?
  public var recipe: Recipe?

  public init(name: String, path: String) {
    self.name = name
    self.path = path
    byteCount = 0
    date = ""
    marks = PictureMarks()
  }

  public init(_ entry: CatalogEntry) {
    self.init(name: entry.name, path: entry.url.path)
    if let width = entry.width, let height = entry.height { size = "\(width)x\(height)" }
    byteCount = entry.byteCount
    date = entry.modified.formatted(
      Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        .dateTimeSeparator(.space).time(includingFractionalSeconds: false))
    marks = entry.marks
    fault = entry.fault
    origin = entry.origin
    recipe = entry.recipe
  }

  /// The prompt in one line, or the file's name.
  var title: String {
    let words = recipe?.prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
    return words.isEmpty ? name : words
  }

  /// `★4` for a star and a rating of 4; empty without either.
  var markText: String {
    (marks.star ? "★" : "") + (marks.rating > 0 ? "\(marks.rating)" : "")
  }

  /// Settings it was made with, each with its name, in the order of the settings panel.
  var settings: [(name: String, value: String)] {
    guard let recipe else { return [] }
    let number = { (value: Double?) in value.map { String(format: "%g", $0) } }
    let rows: [(String, String?)] = [
      ("Model", recipe.model), ("Size", (recipe.size?.description ?? size)),
      (
        "Snap to bin", recipe.bin == true ? "from \(recipe.requestedSize?.description ?? "?")" : nil
      ),
      ("Steps", recipe.steps.map { "\($0)" }), ("Guidance", number(recipe.guidance)),
      ("Sampler", recipe.sampler), ("Seed", recipe.seed.map { "\($0)" }),
      ("Variation", recipe.variationStrength.flatMap { $0 > 0 ? number($0) : nil }),
      (
        "Toward seed",
        recipe.variationStrength ?? 0 > 0 ? recipe.variationSeed.map { "\($0)" } : nil
      ),
      ("Branch", recipe.branch.map(Self.text)), ("Start image", recipe.initImage),
      ("Strength", recipe.initImage == nil ? nil : number(recipe.strength)),
      ("Condition", recipe.condition),
      ("Edges from", recipe.condition == nil ? nil : recipe.edges),
      ("Noise", recipe.initialLatents), ("Raw prompt", recipe.rawPrompt == true ? "yes" : nil),
      ("Tiled decode", recipe.tile == true ? "yes" : nil),
      ("LoRA", recipe.lora.map { $0.map(\.description).joined(separator: ", ") }),
      ("Precision", recipe.precision),
    ]
    return rows.compactMap { name, value in value.map { (name, $0) } }
  }

  /// Where a run turned to other settings.
  static func text(_ branch: [Recipe.BranchPoint]) -> String {
    "turns after step " + branch.map { "\($0.at)" }.joined(separator: ", ")
  }
}
