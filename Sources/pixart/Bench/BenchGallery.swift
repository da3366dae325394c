import ArgumentParser
import Catalog
import Foundation
import Gallery
import Generation
import Tensors

struct BenchGallery: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery",
    abstract: "Times a gallery of small generated pictures in a temporary folder.",
    discussion: "A page is 60 pictures with their thumbnails. The folder is deleted at the end.")

  @Option(help: "How many pictures.")
  var pictures = 10_000

  @Option(help: "Runs of everything but the indexing; the median and the longest count.")
  var runs = 9

  @Flag(help: "Print one JSON object.")
  var json = false

  private static let page = 60
  private static let queries = [
    "fox", "fo", "\"red fox\"", "fox -snow steps>20", "rating>=4 guidance<6", "seed>5000",
    "model:sigma sampler:euler", "date>=2026-01-02 size:64x64",
  ]

  func validate() throws {
    guard (100...1_000_000).contains(pictures) else {
      throw ValidationError("--pictures takes 100 to 1000000, not \(pictures).")
    }
    if runs < 1 { throw ValidationError("--runs takes 1 or more, not \(runs).") }
  }

  func run() throws {
    let root = FileManager.default.temporaryDirectory
      .appending(path: "pixart-gallery-\(ProcessInfo.processInfo.processIdentifier)")
    let (folder, indexes) = (root.appending(path: "pictures"), root.appending(path: "index"))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try makePictures(in: folder)
    ProcessMemory.resetPeak()

    var figures: [String: [Double]] = [:]
    var indexFile = indexes
    do {
      let catalog = try PictureCatalog.open(folder: folder, indexes: indexes)
      figures["index"] = [try Self.time { try catalog.refresh() }]
      figures["thumbnails"] = [try Self.time { try catalog.makeThumbnails() }]
      indexFile = catalog.indexFile
    }
    for _ in 0..<runs {
      figures["open", default: []].append(
        try Self.time {
          try Self.showPage(of: PictureCatalog.open(folder: folder, indexes: indexes), 0)
        })
    }
    let catalog = try PictureCatalog.open(folder: folder, indexes: indexes)
    for run in 0..<runs {
      figures["page", default: []].append(
        try Self.time { try Self.showPage(of: catalog, (run * Self.page) % pictures) })
      figures["refresh", default: []].append(try Self.time { try catalog.refresh() })
      for text in Self.queries {
        let query = try CatalogQuery(parsing: text)
        figures["search", default: []].append(
          try Self.time {
            _ = try catalog.count(query)
            _ = try catalog.search(query, limit: Self.page)
          })
      }
    }
    try tell(figures, indexBytes: Self.size(of: indexFile))
  }

  private static func showPage(of catalog: PictureCatalog, _ offset: Int) throws {
    for entry in try catalog.search(offset: offset, limit: page) {
      _ = try catalog.thumbnail(for: entry)
    }
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }

  private static func size(of file: URL) -> Int {
    let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    return size ?? 0
  }

  private func tell(_ figures: [String: [Double]], indexBytes: Int) throws {
    let titles = [
      ("index", "index all pictures"), ("thumbnails", "make all thumbnails"),
      ("open", "open and first page"), ("page", "a page"), ("search", "search, count and page"),
      ("refresh", "refresh, nothing changed"),
    ]
    func sorted(_ key: String) -> [Double] { (figures[key] ?? []).sorted() }
    let memory = ProcessMemory.now.peak
    guard !json else {
      var object: [String: Any] = [
        "pictures": pictures, "runs": runs, "peak_rss_bytes": memory, "index_bytes": indexBytes,
      ]
      for (key, _) in titles {
        let seconds = sorted(key)
        object["\(key)_seconds"] = seconds[seconds.count / 2]
        object["\(key)_seconds_most"] = seconds.last
      }
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      return Console.output(String(decoding: data, as: UTF8.self))
    }
    Console.output("\(pictures) pictures:")
    for (key, title) in titles {
      let seconds = sorted(key)
      let middle = seconds[seconds.count / 2]
      Console.output(
        "  \(title.padding(toLength: 26, withPad: " ", startingAt: 0))"
          + (seconds.count == 1
            ? String(format: "%8.2f s", middle)
            : String(
              format: "%8.1f ms (median of %d, longest %.1f)", 1e3 * middle, seconds.count,
              1e3 * (seconds.last ?? middle))))
    }
    Console.output(
      String(
        format: "  peak RSS %.0f MB, index %.1f MB", Double(memory) / 1e6,
        Double(indexBytes) / 1e6))
  }

  // MARK: Pictures

  /// 64x64 pixels each, with recipes that differ; their times are minutes of January 2026 and later.
  private func makePictures(in folder: URL) throws {
    let pool = ThreadPool(width: ThreadPool.fullWidth)
    pool.parallel(pictures) { number in
      try? Self.makePicture(number, in: folder)
    }
    let made = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
    guard made == pictures else {
      throw FileError.failed(path: folder.path, reason: "\(made) made")
    }
  }

  private static func makePicture(_ number: Int, in folder: URL) throws {
    let words = [
      ["red", "blue", "small", "old", "bright"],
      ["fox", "house", "pear", "lighthouse", "stone", "cat"],
      ["in snow", "at dusk", "on a table", "by the river"],
      ["oil painting", "photograph", "ink drawing"],
    ]
    var rest = number
    let chosen = words.map { list in
      defer { rest /= list.count }
      return list[rest % list.count]
    }
    var recipe = Recipe(
      prompt: "a \(chosen[0]) \(chosen[1]) \(chosen[2]), \(chosen[3]), number \(number)",
      negative: "blurry, text, watermark")
    recipe.version = Pixart.version
    recipe.model = number % 3 == 0 ? "PixArt-Sigma-XL-2-1024-MS" : "default"
    recipe.size = .init(width: 64, height: 64)
    (recipe.steps, recipe.guidance) = (10 + number % 30, 3 + Double(number % 10) / 2)
    (recipe.sampler, recipe.seed) = (number % 2 == 0 ? "dpm++2m" : "euler-a", UInt64(number))
    recipe.seconds = ["denoise": 8.25, "decode": 0.5, "encode": 0.25]
    let bytes = (0..<64 * 64).flatMap { pixel -> [UInt8] in
      let (x, y) = (pixel % 64, pixel / 64)
      return [x * 4 ^ number, y * 4 &+ number / 256, (x &* y &+ number) / 8].map {
        UInt8(truncatingIfNeeded: $0)
      }
    }
    let image = PixelImage(width: 64, height: 64, bytes: bytes)
    let png = try PNG.marked(
      PNG.encode(image, recipe: recipe),
      with: PictureMarks(star: number % 20 == 0, rating: number % 6))
    let file = folder.appending(path: String(format: "2026-%06d.png", number))
    try png.write(to: file)
    let date = Date(timeIntervalSince1970: 1_767_225_600 + Double(number) * 60)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
  }
}
