public import Foundation
public import Tensors

/// What a sheet of pictures is: two settings over their values, and the files of its pictures.
///
/// It stands as JSON in the text `pixart-sheet` of the sheet's PNG.
public struct SheetRecord: Codable, Sendable, Equatable {
  /// A setting and what it is in one column or row after the other.
  public struct Axis: Codable, Sendable, Equatable {
    /// Named like the option.
    public var setting: String
    public var values: [String]

    public init(setting: String, values: [String]) {
      self.setting = setting
      self.values = values
    }
  }

  static let keyword = "pixart-sheet"

  /// Of the program that made it.
  public var version: String
  public var prompt: String
  public var negative: String
  public var x: Axis
  /// A sheet of one row has none.
  public var y: Axis?
  /// Names of the pictures' files in the sheet's folder, row by row; null where one is missing.
  public var cells: [[String?]]

  public init(
    version: String, prompt: String, negative: String, x: Axis, y: Axis?, cells: [[String?]]
  ) {
    self.version = version
    self.prompt = prompt
    self.negative = negative
    self.x = x
    self.y = y
    self.cells = cells
  }

  /// The record in a PNG; nil if it is no sheet.
  ///
  /// - Throws: ``ImageError`` if the bytes are no sound PNG or the record cannot be understood.
  public init?(readingFrom png: Data, named name: String = "picture") throws(ImageError) {
    let texts = try PNG.texts(in: png, named: name)
    guard let text = texts.first(where: { $0.keyword == Self.keyword }) else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.text.utf8))
    } catch {
      throw .damagedRecipe(
        file: name, found: (error as? DecodingError)?.finding ?? "\(error)")
    }
  }

  /// What galleries can show and search of a sheet: its prompts.
  var recipe: Recipe { Recipe(prompt: prompt, negative: negative) }
}

extension PNG {
  /// A sheet as a PNG that says what it is.
  ///
  /// - Throws: ``ImageError/notEncoded(width:height:found:)``.
  public static func encode(_ image: PixelImage, sheet: SheetRecord) throws(ImageError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json: Data
    do {
      json = try encoder.encode(sheet)
    } catch {
      throw .notEncoded(width: image.width, height: image.height, found: "its record: \(error)")
    }
    return try encode(
      image,
      texts: [
        PNGText(
          keyword: SheetRecord.keyword, text: String(decoding: json, as: UTF8.self), isUTF8: true)
      ])
  }
}
