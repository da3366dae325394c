import Foundation

/// The texts of a PNG that may tell how it was made, the most telling first.
enum RecipeText {
  struct Finding {
    var recipe: Recipe?
    var origin: PictureOrigin?
    /// Of texts that looked like a recipe and could not be understood.
    var faults: [String] = []
  }

  static var keywords: [String] { readers.map(\.keyword) }

  private static let readers:
    [(keyword: String, origin: PictureOrigin, read: @Sendable (String) throws -> Recipe?)] = [
      ("pixart", .pixart, { try own($0) }),
      (SheetRecord.keyword, .sheet, { try sheet($0).recipe }),
      ("invokeai_metadata", .invokeai, { try InvokeMetadata.recipe(version3: $0) }),
      ("sd-metadata", .invokeai, { try InvokeMetadata.recipe(version2: $0) }),
      ("parameters", .a1111, { $0.isEmpty ? nil : Recipe(ParametersText(parsing: $0)) }),
      ("prompt", .comfyui, { try ComfyGraph(prompt: $0)?.recipe }),
      ("workflow", .comfyui, { try ComfyGraph(workflow: $0)?.recipe }),
    ]

  /// The first text that can be understood.
  static func find(in texts: [PNGText]) -> Finding {
    var finding = Finding()
    for reader in readers {
      guard let text = texts.first(where: { $0.keyword == reader.keyword }) else { continue }
      do {
        guard let recipe = try reader.read(text.text) else { continue }
        finding.recipe = recipe
        finding.origin = recipe.version != nil ? .pixart : reader.origin
        return finding
      } catch let error as DecodingError {
        finding.faults.append("its text '\(reader.keyword)': \(error.finding)")
      } catch {
        finding.faults.append("its text '\(reader.keyword)': \(error)")
      }
    }
    return finding
  }

  private static func sheet(_ json: String) throws -> SheetRecord {
    try JSONDecoder().decode(SheetRecord.self, from: Data(json.utf8))
  }

  private static func own(_ json: String) throws -> Recipe {
    try JSONDecoder().decode(Recipe.self, from: Data(json.utf8))
  }
}
