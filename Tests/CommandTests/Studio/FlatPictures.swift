import Foundation
import Gallery
import Tensors

/// Pictures of one colour each, which no theme has, so that each is found among all pixels.
enum FlatPicture: String, CaseIterable {
  case pink, green, brown, violet, cyan

  static let side = 128
  /// A sixel palette is in percent, and thumbnails are JPEGs.
  private static let tolerance = 20

  /// The three upper bits of each channel are its three lower ones too: quantisers that keep five
  /// bits keep these colours.
  private var color: (red: Int, green: Int, blue: Int) {
    switch self {
    case .pink: (214, 16, 132)
    case .green: (132, 231, 16)
    case .brown: (140, 66, 24)
    case .violet: (74, 16, 173)
    case .cyan: (16, 198, 214)
    }
  }

  var name: String { "\(rawValue).png" }
  /// What its caption in the grid says.
  var prompt: String { "\(rawValue) all over" }

  private var image: PixelImage {
    let pixel = [UInt8(color.red), UInt8(color.green), UInt8(color.blue)]
    let bytes = (0..<Self.side * Self.side).flatMap { _ in pixel }
    return PixelImage(width: Self.side, height: Self.side, bytes: bytes)
  }

  /// Saves them all, the first one as the newest.
  static func save(in gallery: URL) throws {
    try FileManager.default.createDirectory(at: gallery, withIntermediateDirectories: true)
    for (index, picture) in allCases.enumerated() {
      let file = gallery.appending(path: picture.name)
      try PNG.encode(picture.image, recipe: Recipe(prompt: picture.prompt)).write(to: file)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_790_000_000 - Double(index))],
        ofItemAtPath: file.path)
    }
  }

  private static func at(_ color: Int) -> FlatPicture? {
    allCases.first { picture in
      let own = picture.color
      return abs(own.red - (color >> 16)) <= tolerance
        && abs(own.green - (color >> 8 & 255)) <= tolerance
        && abs(own.blue - (color & 255)) <= tolerance
    }
  }

  /// Where each of them is: how many pixels, and between which edges they all are.
  ///
  /// Less than four of a colour in a row are what other colours were mixed of.
  static func find(in display: Screenshot) -> [FlatPicture: (count: Int, area: PixelArea)] {
    var found: [FlatPicture: (count: Int, area: PixelArea)] = [:]
    func add(_ columns: Range<Int>, _ row: Int, of picture: FlatPicture) {
      let now = found[picture] ?? (0, PixelArea(columns: columns, rows: row..<row))
      let (left, right) = (now.area.columns.lowerBound, now.area.columns.upperBound)
      found[picture] = (
        now.count + columns.count,
        PixelArea(
          columns: min(left, columns.lowerBound)..<max(right, columns.upperBound),
          rows: now.area.rows.lowerBound..<row + 1)
      )
    }
    for row in 0..<display.height {
      var (lastColor, last, start): (Int, FlatPicture?, Int) = (-1, nil, 0)
      for column in 0...display.width {
        let color = column < display.width ? display[column, row] : -1
        guard color != lastColor else { continue }
        lastColor = color
        let picture = color < 0 ? nil : at(color)
        guard picture != last else { continue }
        if let last, column - start >= 4 { add(start..<column, row, of: last) }
        (last, start) = (picture, column)
      }
    }
    return found
  }
}
