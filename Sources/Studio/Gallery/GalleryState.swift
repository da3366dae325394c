import Catalog
import Terminal

/// The gallery over the studio: what is searched, found, shown and marked.
struct GalleryState: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    case grid, big, compare
  }

  /// Nil while the studio is seen.
  var place: Place?

  // What is looked for
  var query = TextEditor("")
  var isSearching = false
  /// What is wrong with the query as it stands.
  var fault: String?
  var sort = CatalogSort.newest

  // What was found
  var names: [String] = []
  /// Pictures of the whole gallery; nil before the first answer.
  var total: Int?
  /// In ``names``.
  var selection = 0
  var marked: Set<String> = []
  /// Why the gallery cannot be read.
  var problem: String?
  var indexing: Indexing?

  struct Indexing: Sendable, Equatable {
    var done: Int
    var total: Int
  }

  // What is shown
  /// Pictures that are known: of the page and in full.
  var pictures: [String: GalleryPicture] = [:]
  var shown: ShownPage?
  /// Pictures in full; nil for those that cannot be decoded.
  var full: [String: ScreenImage?] = [:]
  /// The last one in the big view, until the next is there.
  var lastFull: ScreenImage?
  var pair: Pair?

  struct ShownPage: Sendable, Equatable {
    var page: GalleryPage
    var images: [ScreenImage]
  }

  /// Two pictures beside each other.
  struct Pair: Sendable, Equatable {
    var left: String
    var right: String
    /// Whether both are in one place, one at a time.
    var isFlipped = false
    /// Which one marks and settings are about.
    var isRight = false
    var comparison: GalleryComparison?

    var names: [String] { [left, right] }
    var inFront: String { isRight ? right : left }
  }

  /// What was put into the trash here, the latest last.
  var trashed: [GalleryTicket] = []

  // What was asked of the desk
  var asked = Asked()
  var version = 0
  var refreshDue = 0.0
  var isRefreshing = false
  /// When the folder was searched last while it was being read.
  var searchedAt = 0.0

  struct Asked: Sendable, Equatable {
    /// The query that was searched for last: one without fault.
    var text = ""
    var sort = CatalogSort.newest
    var search = 0
    /// Whether files changed since.
    var isStale = true
    var page: GalleryPage?
    var pageNumber = 0
    var pictures: [String] = []
    var picturesNumber = 0
    /// Of ``GalleryState/version``.
    var picturesVersion = 0
  }

  /// The picture under the cursor.
  var selectedName: String? { names[safe: selection] }

  /// The pictures in full that the view needs.
  var wantedPictures: [String] {
    switch place {
    case .big: [selectedName].compactMap { $0 }
    case .compare: pair?.names ?? []
    case .grid, nil: []
    }
  }

  /// What stars, ratings and the trash are about: marked pictures, of those that are found.
  var targets: [String] {
    switch place {
    case .compare: return [pair?.inFront].compactMap { $0 }
    case .grid where !foundMarks.isEmpty: return foundMarks
    case .grid, .big: return [selectedName].compactMap { $0 }
    case nil: return []
    }
  }

  /// In the order of ``names``.
  var foundMarks: [String] { marked.isEmpty ? [] : names.filter(marked.contains) }

  /// Moves the cursor to a place of ``names``, or the nearest there is.
  mutating func select(_ index: Int) { selection = min(max(0, index), max(0, names.count - 1)) }
}

extension CatalogSort {
  /// As the header says it.
  var title: String {
    switch key {
    case .date: isDescending ? "newest first" : "oldest first"
    case .name: isDescending ? "names from z to a" : "names from a to z"
    case .rating: isDescending ? "best first" : "worst first"
    case .steps: isDescending ? "most steps first" : "fewest steps first"
    case .seed: isDescending ? "highest seeds first" : "lowest seeds first"
    case .prompt: isDescending ? "prompts from z to a" : "prompts from a to z"
    }
  }
}
