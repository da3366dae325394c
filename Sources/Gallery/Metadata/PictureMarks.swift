public import Foundation

/// What people think of a picture; kept inside its PNG, in an iTXt chunk of its own.
public struct PictureMarks: Sendable, Equatable, Codable {
  /// 0 is no rating.
  public static let ratings = 0...5
  static let keyword = "pixart-marks"

  public var star: Bool
  public var rating: Int

  public init(star: Bool = false, rating: Int = 0) {
    precondition(Self.ratings.contains(rating), "a rating of \(rating) is not in 0...5")
    self.star = star
    self.rating = rating
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    star = try values.decodeIfPresent(Bool.self, forKey: .star) ?? false
    let rating = try values.decodeIfPresent(Int.self, forKey: .rating) ?? 0
    self.rating = min(max(rating, Self.ratings.lowerBound), Self.ratings.upperBound)
  }

  /// The chunk, or no bytes for a picture without marks.
  var chunk: [UInt8] {
    guard self != PictureMarks() else { return [] }
    let text = #"{"rating":\#(rating),"star":\#(star)}"#
    // Keyword, two bytes that say "not compressed", no language, no translated keyword.
    return PNGLayout.chunk(
      "iTXt", Array(Self.keyword.utf8) + [0, 0, 0, 0, 0] + Array(text.utf8))
  }
}

extension PNG {
  /// The same file with other marks: every other byte stays as it is.
  ///
  /// - Throws: ``ImageError`` for what is no whole PNG; `name` is what the error calls it.
  public static func marked(_ png: Data, with marks: PictureMarks, named name: String = "picture")
    throws(ImageError) -> Data
  {
    let bytes = [UInt8](png)
    let layout = PNGLayout(byteCount: bytes.count) { Array(bytes[$0.clamped(to: bytes.indices)]) }
    guard ImageFile.format(of: png) == .png else {
      throw .notPNG(file: name, found: ImageFile.kind(of: png))
    }
    guard layout.fault == nil, let pixels = layout.pixelsStart else {
      throw .damaged(file: name, format: .png, found: layout.fault ?? "it has no pixels")
    }
    let old = layout.texts.filter { $0.keyword == PictureMarks.keyword }.map(\.range)
    /// A part of the file without its old marks.
    func rest(_ range: Range<Int>) -> [UInt8] {
      var (result, start): ([UInt8], Int) = ([], range.lowerBound)
      for cut in old where range.overlaps(cut) {
        result += bytes[start..<cut.lowerBound]
        start = cut.upperBound
      }
      return result + bytes[start..<range.upperBound]
    }
    // Before the pixels, so that marks outlive the end of a file that was cut off.
    let place = min(old.first?.lowerBound ?? pixels, pixels)
    return Data(rest(0..<place) + marks.chunk + rest(place..<bytes.count))
  }
}
