import Catalog
import Gallery
import Tensors

@testable import Studio

/// A gallery in memory that answers as the desk does, at once; a query finds one word in prompts.
struct FakeGallery {
  var pictures: [GalleryPicture] = []
  /// Pictures in the trash, by ticket.
  private var trash: [String: [GalleryPicture]] = [:]
  private(set) var requests: [GalleryRequest] = []
  /// What is answered to everything that would write.
  var refusal: String?
  private var hasChanged = false

  static let prompts = [
    "a red fox in snow", "a blue house by the river", "three pears on a table",
    "an old lighthouse at dusk", "a cat in a paper bag, ink drawing", "stones",
  ]

  /// Pictures `0001.png` and so on; the third is starred, the fourth rated, the sixth damaged.
  init(_ count: Int) {
    pictures = (1...max(1, count)).prefix(count).map { number in
      let digits = String(number)
      let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".png"
      var picture = GalleryPicture(name: name, path: "/g/\(name)")
      picture.size = "128x128"
      picture.byteCount = 20_000 + number
      picture.date = "2026-11-23 12:00:00"
      picture.marks = PictureMarks(star: number == 3, rating: number == 4 ? 5 : 0)
      if number == 6 {
        picture.fault = "the file ends within its pixels"
      } else {
        var recipe = Recipe(prompt: Self.prompts[(number - 1) % Self.prompts.count])
        recipe.model = "default"
        recipe.size = .init(width: 128, height: 128)
        (recipe.steps, recipe.guidance) = (20, number % 2 == 0 ? 7 : 4.5)
        (recipe.sampler, recipe.publishedSampler) = ("dpm++2m", true)
        recipe.seed = UInt64(number)
        picture.recipe = recipe
        picture.origin = .pixart
      }
      return picture
    }
  }

  mutating func answer(_ request: GalleryRequest) -> [GalleryAnswer] {
    requests.append(request)
    switch request {
    case .refresh:
      defer { hasChanged = false }
      return [.refreshed(hasChanged: hasChanged)]
    case .search(let text, let sort, let number):
      let names = pictures.filter {
        $0.recipe?.prompt.contains(text) ?? text.isEmpty || text.isEmpty
      }
      .map(\.name)
      return [
        .found(
          names: sort.isDescending ? names : names.reversed(), total: pictures.count, number: number
        )
      ]
    case .page(let page, let number):
      let images = page.room.map { room in
        page.grid.images(of: page.names.count).map {
          ThumbnailStrip(tiles: $0.count, grid: page.grid, room: room).image
        }
      }
      return [
        .page(pictures.filter { page.names.contains($0.name) }, images ?? [], number: number)
      ]
    case .pictures(let names, let number):
      return names.map { name in
        guard let picture = pictures.first(where: { $0.name == name }) else {
          return .gone(name, number: number)
        }
        let image = PixelImage(width: 1, height: 1, bytes: [1, 2, 3])
        return .picture(picture, picture.fault == nil ? image : nil, number: number)
      }
    case .sheet: return []
    default:
      if refusal != nil { return [] }
      return write(request)
    }
  }

  private mutating func write(_ request: GalleryRequest) -> [GalleryAnswer] {
    switch request {
    case .toggleStar(let names):
      change(names) { $0.star.toggle() }
      return [.changed("Starred \(Figures.pictures(names)).")]
    case .rate(let names, let rating):
      change(names) { $0.rating = rating }
      return [.changed("Rated \(Figures.pictures(names)) \(rating) of 5.")]
    case .trash(let names):
      let ticket = GalleryTicket(id: "t\(trash.count + 1)", names: names)
      trash[ticket.id] = pictures.filter { names.contains($0.name) }
      pictures.removeAll { names.contains($0.name) }
      return [.trashed(ticket)]
    case .restore(let ticket):
      let back = trash.removeValue(forKey: ticket.id) ?? []
      pictures = (pictures + back).sorted { $0.name < $1.name }
      return [.restored(ticket, names: back.map(\.name))]
    default: return []
    }
  }

  private mutating func change(_ names: [String], _ body: (inout PictureMarks) -> Void) {
    for index in pictures.indices where names.contains(pictures[index].name) {
      body(&pictures[index].marks)
    }
  }

  /// Something happens in the folder, outside of the studio.
  mutating func changeOutside(_ body: (inout [GalleryPicture]) -> Void) {
    body(&pictures)
    hasChanged = true
  }
}
