@testable import Catalog
import Foundation
import Gallery
import Tensors
import Testing

/// Six pictures, and what queries find of them.
@Suite struct SearchTests {
  private let gallery: TestGallery
  private let catalog: PictureCatalog

  init() throws {
    gallery = try TestGallery()
    try gallery.add("a.png", "a red fox in snow", shade: 1, day: 20) {
      $0.negative = "blurry dog"
      ($0.seed, $0.steps, $0.guidance, $0.sampler) = (7, 20, 4.5, "dpm++2m")
      $0.model = "PixArt-Sigma-XL-2"
      $0.size = .init(width: 4, height: 3)
    }
    try gallery.add("b.png", "Red foxes, 100% real", shade: 2, day: 21) {
      ($0.seed, $0.steps, $0.guidance, $0.sampler) = (.max, 30, 7, "euler-a")
      $0.model = "default"
    }
    try gallery.add("c.png", "a café at dusk", shade: 3, day: 22) {
      ($0.seed, $0.steps) = (1 << 63, 8)
    }
    try gallery.add("d.png", "一只红色的猫", shade: 4, day: 23)
    let parameters = PNGText(
      keyword: "parameters", text: "snow fox red\nSteps: 50, Sampler: Euler, CFG scale: 7, Seed: 9")
    try PNG.encode(
      .init(width: 2, height: 8, bytes: [UInt8](repeating: 7, count: 48)), texts: [parameters]
    )
    .write(to: gallery.folder.appending(path: "e.png"))
    try gallery.setDate("e.png", TestGallery.noon(24))
    try PNG.encode(.init(width: 5, height: 5, bytes: [UInt8](repeating: 9, count: 75)))
      .write(to: gallery.folder.appending(path: "f.png"))
    try gallery.setDate("f.png", TestGallery.noon(25))
    catalog = try gallery.refreshed()
    try catalog.setStar(true, of: "a.png")
    try catalog.setRating(5, of: "a.png")
    try catalog.setRating(3, of: "c.png")
  }

  @Test(arguments: [
    ("", "abcdef"), ("   ", "abcdef"), ("fox", "abe"), ("FOX red", "abe"), ("foxes", "b"),
    ("red fox", "abe"), ("\"red fox\"", "a"), ("\"fox\"", "ae"), ("re snow", "ae"),
    ("\"\"", "abcdef"),
    ("cafe", "c"), ("CAFÉ", "c"), ("猫", "d"), ("红色", "d"), ("狗", ""), ("100%", "b"), ("%", "b"),
    ("blurry", ""), ("negative:blurry", "a"), ("negative:dog -snow", ""), ("-fox", "cdf"),
    ("fox -foxes", "ae"), ("-\"red fox\" fox", "be"), ("prompt:fox", "abe"),
    ("prompt:\"fox in\"", "a"), ("prompt=\"a red fox in snow\"", "a"), ("prompt=fox", ""),
    ("model:sigma", "a"), ("model:pixart-sigma", "a"), ("model=sigma", ""), ("model=DEFAULT", "b"),
    ("-model:sigma", "bcdef"), ("model:_", ""), ("sampler:euler", "be"), ("sampler=euler", "e"),
    ("seed:7", "a"), ("seed=18446744073709551615", "b"), ("seed>9223372036854775807", "bc"),
    ("seed>7 seed<18446744073709551615", "ce"), ("seed<=9", "ae"), ("-seed>=0", "df"),
    ("steps>20", "be"), ("steps>=20", "abe"), ("steps<20", "c"), ("steps<=20 fox", "a"),
    ("steps=30", "b"), ("guidance:4.5", "a"), ("guidance>4.5", "be"), ("width>4", "f"),
    ("width:4", "abcd"), ("height>=5", "ef"), ("size:4x3", "abcd"), ("size=2X8", "e"),
    ("size>4x3", "ef"), ("size<=4x4", "abcde"), ("rating:5", "a"), ("rating>=3", "ac"),
    ("rating:0", "bdef"),
    ("star", "a"), ("STAR", "a"), ("-star", "bcdef"), ("star:yes", "a"), ("star:no fox", "be"),
    ("-star:no", "a"), ("origin:pixart", "abcd"), ("origin:a1111", "e"), ("-origin:a", "f"),
    ("date:2026", "abcdef"), ("date:2026-11", "abcdef"), ("date:2025", ""),
    ("date:2026-11-22", "c"),
    ("date>2026-11-22", "def"), ("date>=2026-11-22", "cdef"), ("date<2026-11-22", "ab"),
    ("date<=2026-11-22", "abc"), ("date<=2026-10", ""), ("prompt:fox steps>20 -star", "be"),
    ("fox;DROP", ""), ("\"fox'--\"", "ae"), ("fox*", "abe"), ("(fox)", "abe"), ("red-fox", "ab"),
    ("1:2", ""), ("NOT fox", ""), ("AND", ""),
  ])
  func finds(query: String, names: String) throws {
    let found = try catalog.names(query)
    #expect(found.map { String($0.prefix(1)) }.joined() == names)
    #expect(try catalog.count(CatalogQuery(parsing: query)) == names.count)
  }

  /// Best and latest first where that is meant; pictures without the value at the end, either way.
  @Test(arguments: [
    (CatalogSort.newest, "fedcba"), (CatalogSort(.date, isDescending: false), "abcdef"),
    (CatalogSort(.name), "abcdef"), (CatalogSort(.name, isDescending: true), "fedcba"),
    (CatalogSort(.rating), "acfedb"), (CatalogSort(.rating, isDescending: false), "cafedb"),
    (CatalogSort(.steps), "cabefd"), (CatalogSort(.steps, isDescending: true), "ebacfd"),
    (CatalogSort(.seed), "aecbfd"), (CatalogSort(.seed, isDescending: true), "bceafd"),
    (CatalogSort(.prompt), "cabedf"), (CatalogSort(.prompt, isDescending: true), "debacf"),
  ])
  func sorts(sort: CatalogSort, names: String) throws {
    #expect(try catalog.search(sort: sort).map { String($0.name.prefix(1)) }.joined() == names)
  }

  @Test func givesPages() throws {
    func page(_ offset: Int, _ limit: Int?) throws -> String {
      try catalog.search(sort: CatalogSort(.name), offset: offset, limit: limit)
        .map { String($0.name.prefix(1)) }.joined()
    }
    #expect(try page(0, 2) == "ab")
    #expect(try page(4, 4) == "ef")
    #expect(try page(3, nil) == "def")
    #expect(try page(9, 2) == "")
  }

  @Test func knowsAllOfAPicture() throws {
    let entry = try catalog.entry(named: "a.png")
    #expect(entry.url == gallery.folder.appending(path: "a.png"))
    #expect(entry.width == 4 && entry.height == 3 && entry.origin == .pixart)
    #expect(entry.modified == TestGallery.noon(20))
    #expect(entry.marks == PictureMarks(star: true, rating: 5))
    let recipe = try #require(entry.recipe)
    #expect(recipe.prompt == "a red fox in snow" && recipe.negative == "blurry dog")
    #expect(recipe.seed == 7 && recipe.guidance == 4.5 && recipe.model == "PixArt-Sigma-XL-2")
    #expect(entry.byteCount == (try Data(contentsOf: entry.url)).count)
    let error = #expect(throws: CatalogError.self) { try catalog.entry(named: "z.png") }
    #expect(
      error?.description == "There is no picture 'z.png' in the gallery '\(catalog.folder.path)'. "
        + "Its names are those of 'pixart gallery list'.")
  }
}
