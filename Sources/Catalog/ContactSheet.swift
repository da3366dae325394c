import Foundation
public import Gallery
public import Tensors

/// What stands below each picture of a contact sheet.
public enum SheetLabels: String, Sendable, CaseIterable {
  case name, prompt, settings, none

  var lines: Int { self == .none ? 0 : 3 }

  public func text(of entry: CatalogEntry) -> String {
    switch self {
    case .name: entry.name
    case .prompt: entry.prompt.isEmpty ? entry.name : entry.prompt
    case .settings: entry.recipe.map(Self.settings) ?? ""
    case .none: ""
    }
  }

  private static func settings(_ recipe: Recipe) -> String {
    [
      recipe.size?.description, recipe.steps.map { "\($0) steps" },
      recipe.guidance.map { "guidance \(String(format: "%g", $0))" }, recipe.sampler,
      recipe.seed.map { "seed \($0)" },
    ].compactMap(\.self).joined(separator: " ")
  }
}

/// Thumbnails in rows, with a text below each.
public struct ContactSheet {
  public private(set) var sheet: PictureSheet
  private let columns: Int

  /// So many that the sheet is about square, at most 16.
  public static func columns(for count: Int) -> Int {
    (1...16).first { $0 * $0 >= count } ?? 16
  }

  /// Nil if the sheet would be larger than pictures may be.
  ///
  /// - Parameter count: Of pictures, 1 and more.
  public init?(count: Int, columns: Int, labels: SheetLabels) {
    self.columns = min(columns, count)
    var texts = SheetLayout.Texts()
    texts.captionLines = labels.lines
    let side = PictureCatalog.thumbnailSide
    let layout = SheetLayout(
      columns: self.columns, rows: (count + self.columns - 1) / self.columns, cellWidth: side,
      cellHeight: side, texts: texts)
    guard layout.fits else { return nil }
    sheet = PictureSheet(layout)
  }

  /// Puts a picture and its text at a place, counted row by row.
  ///
  /// - Parameter thumbnail: Nil for a picture that cannot be decoded, which leaves its place empty.
  public mutating func put(_ thumbnail: PixelImage?, _ text: String, at place: Int) {
    let (column, row) = (place % columns, place / columns)
    if let thumbnail { sheet.put(thumbnail, column: column, row: row) }
    sheet.caption(text, column: column, row: row)
  }
}
