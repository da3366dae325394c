import ArgumentParser
import Catalog
import Gallery

struct GalleryStar: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "star", abstract: "Gives pictures a star, or takes it.")

  @OptionGroup var files: FileOptions
  @OptionGroup var gallery: GalleryOptions

  @Flag(help: "Take the star.")
  var off = false

  func run() throws {
    let catalog = try gallery.open()
    for name in try files.names(in: catalog) { try catalog.setStar(!off, of: name) }
  }
}

struct GalleryRate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rate", abstract: "Rates pictures from 1 to 5; 0 takes the rating.")

  @Argument(help: "0 to 5.")
  var rating: Int

  @OptionGroup var files: FileOptions
  @OptionGroup var gallery: GalleryOptions

  func validate() throws {
    guard PictureMarks.ratings.contains(rating) else {
      throw ValidationError("A rating is between 0 and 5, not \(rating).")
    }
  }

  func run() throws {
    let catalog = try gallery.open()
    for name in try files.names(in: catalog) { try catalog.setRating(rating, of: name) }
  }
}
