import ArgumentParser
import Catalog
import Foundation

struct GalleryReindex: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Makes the index and its thumbnails anew from the pictures.")

  @OptionGroup var gallery: GalleryOptions

  func run() throws {
    let catalog = try gallery.openUnread()
    try catalog.clear()
    try gallery.refresh(catalog)
    try catalog.makeThumbnails(progress: GalleryOptions.progress("making thumbnails"))
    let (count, damaged) = (try catalog.count(), try catalog.countDamaged())
    Console.output(
      "\(count) pictures in \(catalog.folder.path)"
        + (damaged > 0 ? ", \(damaged) of them damaged" : ""))
    Console.output("index: \(catalog.indexFile.path)")
  }
}
