import ArgumentParser
import Checkpoints
import Conditioning
import Foundation
import Gallery
import Generation
import Kernels
import Tensors

struct EdgesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edges",
    abstract: "Writes the map of a picture's edges, as a ControlNet is given it.",
    discussion: """
      White on black. The map can be changed in any paint program and given to 'pixart generate' \
      with --condition MAP.png --edges none.
      """)

  @Argument(help: "A picture: PNG, JPEG or WebP.")
  var image: String

  @Option(name: [.short, .long], help: "The PNG that is written.")
  var output: String

  @Option(
    help: """
      Where the edges come from: hed (needs ControlNetHED.pth among the models), canny, or none for \
      the picture's brightness. If not given, hed where there is one, else canny.
      """,
    transform: EdgeSource.init(argument:))
  var edges: EdgeSource?

  @Option(
    parsing: .unconditional,
    help: "Fit the picture to this size first, such as 512x768. Its own if not given.",
    transform: Recipe.Size.init(argument:))
  var size: Recipe.Size?

  @Option(parsing: .unconditional, help: "What edges are multiplied by, 0 to 4.")
  var strength = 1.0

  @Option(parsing: .unconditional, help: "Threads that compute. All cores if not given.")
  var threads: Int?

  func validate() throws {
    for (option, path) in [("The picture", image), ("--output", output)] where path.isEmpty {
      throw ValidationError("\(option) is an empty text.")
    }
    guard ControlRequest.factors.contains(strength) else {
      throw ValidationError("--strength is between 0 and 4, not \(strength).")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
    if let size, max(size.width, size.height) > 8192 {
      throw ValidationError("--size takes up to 8192 pixels a side, not \(size).")
    }
  }

  func run() throws {
    let detector = try EdgeDetector(
      edges, library: ModelLibrary(), device: CPU(threads: threads))
    var picture = try ImageFile.decode(URL(filePath: image))
    if let size { picture = picture.fitted(width: size.width, height: size.height) }
    let map = try detector.edges(of: picture, cancellation: Cancellation())
    try AtomicFile.write(
      PNG.encode(map.strengthened(by: strength).image), to: URL(filePath: output))
    Console.output(output)
  }
}
