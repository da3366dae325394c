public import Foundation
public import Tensors

extension PNG {
  /// A PNG that holds its recipe twice.
  ///
  /// `parameters` is the text that A1111 and its relatives read, `pixart` is the recipe's JSON.
  ///
  /// - Throws: ``ImageError/notEncoded(width:height:found:)``.
  public static func encode(_ image: PixelImage, recipe: Recipe) throws(ImageError) -> Data {
    let json: String
    do {
      json = try recipe.json()
    } catch {
      throw .notEncoded(width: image.width, height: image.height, found: "its recipe: \(error)")
    }
    return try encode(
      image,
      texts: [
        PNGText(keyword: "parameters", text: ParametersText(recipe).text),
        PNGText(keyword: "pixart", text: json, isUTF8: true),
      ])
  }
}

extension Recipe {
  /// The recipe in a PNG: our JSON or, without one, what another program's texts tell.
  ///
  /// The result is `nil` for a sound PNG without a recipe; `name` is what an error calls the picture.
  ///
  /// - Throws: ``ImageError`` if the bytes are no sound PNG or its JSON cannot be understood.
  public init?(readingFrom png: Data, named name: String = "picture") throws(ImageError) {
    let texts = try PNG.texts(in: png, named: name)
    if let json = texts.first(where: { $0.keyword == "pixart" }) {
      do {
        self = try JSONDecoder().decode(Recipe.self, from: Data(json.text.utf8))
      } catch let error as DecodingError {
        throw .damagedRecipe(file: name, found: error.finding)
      } catch {
        throw .damagedRecipe(file: name, found: "\(error)")
      }
      return
    }
    let found = RecipeText.find(in: texts)
    if let recipe = found.recipe {
      self = recipe
    } else if let fault = found.faults.first {
      throw .damagedRecipe(file: name, found: fault)
    } else {
      return nil
    }
  }

  /// One line of JSON, its keys in alphabetical order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension DecodingError {
  /// The fault in a few words, with the key it was found at.
  package var finding: String {
    switch self {
    case .keyNotFound(let key, _):
      "'\(key.stringValue)' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "'\(context.path)' is no \(type)"
    case .dataCorrupted(let context):
      // Foundation does not tell these two faults apart, nor where they are.
      context.codingPath.isEmpty
        ? "it is not JSON, or a number in it is out of range"
        : "'\(context.path)': \(context.debugDescription)"
    @unknown default:
      "\(self)"
    }
  }
}

extension DecodingError.Context {
  fileprivate var path: String { codingPath.map(\.stringValue).joined(separator: ".") }
}
