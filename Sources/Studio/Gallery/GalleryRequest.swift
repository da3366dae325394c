public import Catalog
public import Tensors
public import Terminal

/// What the gallery's screen wants done; each is answered by ``GalleryAnswer``.
///
/// Numbers rise, so that answers to questions nobody asks any more are known.
public enum GalleryRequest: Sendable, Equatable {
  /// Look what is in the folder.
  case refresh
  /// A query without fault.
  case search(String, CatalogSort, number: Int)
  case page(GalleryPage, number: Int)
  /// Some pictures in full.
  case pictures([String], number: Int)
  /// Star them all, or if all have one, none.
  case toggleStar([String])
  case rate([String], Int)
  case trash([String])
  case restore(GalleryTicket)
  case sheet([String])
}

/// What became of a ``GalleryRequest``.
public enum GalleryAnswer: Sendable, Equatable {
  /// How far reading the folder is.
  case indexing(done: Int, total: Int)
  case refreshed(hasChanged: Bool)
  case found(names: [String], total: Int, number: Int)
  /// Pictures of a page, and the images of its thumbnails in the order of ``GalleryGrid/images(of:)``.
  case page([GalleryPicture], [PixelImage], number: Int)
  case picture(GalleryPicture, PixelImage?, number: Int)
  /// The file is not there any more.
  case gone(String, number: Int)
  /// Files are others now, which is worth a line.
  case changed(String)
  case trashed(GalleryTicket)
  case restored(GalleryTicket, names: [String])
  /// The gallery cannot be read.
  case failed(String)
}

/// Pictures of which the grid shows thumbnails.
public struct GalleryPage: Sendable, Equatable {
  public var names: [String]
  var grid: GalleryGrid
  /// What thumbnails are drawn in; nil where no pictures are shown.
  public var room: PictureRoom?
  /// Rises when files may be others.
  var version = 0
}

/// Pictures that were put into the trash together.
public struct GalleryTicket: Sendable, Equatable {
  public var id: String
  public var names: [String]

  public init(id: String, names: [String]) {
    self.id = id
    self.names = names
  }
}
