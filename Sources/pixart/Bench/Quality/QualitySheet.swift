import Foundation
import Gallery
import Kernels
import Tensors

/// The same prompts in all precisions, side by side.
enum QualitySheet {
  private static let across = 3

  /// - Parameter made: Pictures of all prompts for each precision.
  static func write(_ made: [Precision: [Made]], prompts: [String], to path: String) throws {
    let precisions = Precision.allCases
    let images = precisions.map { made[$0]?.map(\.image) ?? [] }
    let width = images.joined().map(\.width).max() ?? 1
    let height = images.joined().map(\.height).max() ?? 1
    var texts = SheetLayout.Texts()
    texts.columns = (0..<across).flatMap { _ in precisions.map(\.rawValue) }
    texts.captionLines = 2
    var sheet = PictureSheet(
      SheetLayout(
        columns: across * precisions.count, rows: (prompts.count + across - 1) / across,
        cellWidth: width, cellHeight: height, texts: texts))
    for (index, prompt) in prompts.enumerated() {
      let (row, first) = (index / across, index % across * precisions.count)
      for (offset, images) in images.enumerated() where index < images.count {
        sheet.put(images[index], column: first + offset, row: row)
      }
      sheet.caption(prompt, column: first, row: row)
    }
    try AtomicFile.write(PNG.encode(sheet.image), to: URL(filePath: path))
  }
}
