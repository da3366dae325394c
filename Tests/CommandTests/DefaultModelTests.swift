import Foundation
import Gallery
import Jobs
import Tensors
import TestSupport
import Testing

/// The model that comes with the program makes pictures that show their prompt, from anywhere.
@Suite struct DefaultModelTests {
  private static let prompt = "a red apple on a blue background"
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func apple(_ arguments: [String], in folder: URL? = nil, program: URL = Workplace.program)
    throws -> PixelImage
  {
    let file = workplace.path("apple.png")
    let run = try workplace.run(
      ["generate", Self.prompt, "--seed", "1", "--output", file] + arguments, in: folder,
      program: program)
    run.expectSuccess()
    return try ImageFile.decode(URL(filePath: file))
  }

  /// Red in the middle, blue in the corners, wherever the program is started.
  @Test func drawsARedAppleOnBlue() throws {
    let image = try apple([], in: URL(filePath: "/"))
    #expect(image.width == 128 && image.height == 128)
    let middle = image.mean(columns: 48..<80, rows: 56..<88)
    #expect(middle.red > middle.green + 40 && middle.red > middle.blue + 40, "\(middle)")
    for (column, row) in [(0, 0), (112, 0), (0, 112), (112, 112)] {
      let corner = image.mean(columns: column..<column + 16, rows: row..<row + 16)
      #expect(corner.blue > corner.red + 40, "\(corner)")
    }
  }

  /// In the four steps that are taken where nothing else is said.
  @Test func theFewStepModelDrawsItToo() throws {
    let image = try apple(["--model", "default-lcm"])
    let recipe = try Recipe(of: URL(filePath: workplace.path("apple.png")))
    #expect(recipe.steps == 4 && recipe.guidance == 0 && recipe.sampler == "lcm")
    let middle = image.mean(columns: 48..<80, rows: 56..<88)
    #expect(middle.red > middle.green + 40 && middle.red > middle.blue + 40, "\(middle)")
    for (column, row) in [(0, 0), (112, 0), (0, 112), (112, 112)] {
      let corner = image.mean(columns: column..<column + 16, rows: row..<row + 16)
      #expect(corner.blue > corner.red + 40, "\(corner)")
    }
  }

  /// What diffusers 0.42.1 gives in fp32 on a CPU, in 20 steps at guidance 4.5; rounding may make
  /// one level of difference.
  @Test(arguments: [
    ("apple", Self.prompt, 0, "128x128"), ("cat", "a cat face on a yellow background", 5, "160x96"),
  ]) func givesThePictureOfDiffusers(name: String, prompt: String, seed: Int, size: String) throws {
    let file = workplace.path("\(name).png")
    try workplace.run([
      "generate", prompt, "--seed", "\(seed)", "--size", size, "--output", file,
    ]).expectSuccess()
    let got = try ImageFile.decode(URL(filePath: file))
    let want = try ImageFile.decode(Golden.root.appending(path: "default-model/\(name).png"))
    try #require(got.width == want.width && got.height == want.height)
    #expect(zip(got.bytes, want.bytes).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  /// The layout of `make install`: `bin/pixart` and `share/pixart/default-model`.
  @Test func worksInstalled() throws {
    let prefix = workplace.folder.appending(path: "usr")
    let installed = prefix.appending(path: "bin/pixart")
    try workplace.copy(Workplace.program, to: installed)
    try workplace.copy(
      Workplace.program.deletingLastPathComponent()
        .appending(path: "pixart_Checkpoints.resources/default-model"),
      to: prefix.appending(path: "share/pixart/default-model"))
    #expect(try apple(["--steps", "4"], program: installed) == apple(["--steps", "4"]))
    let list = try workplace.run(["models"], program: installed)
    #expect(list.output.contains("\(prefix.path)/share/pixart/default-model\n"), "\(list)")
  }

  /// The less is made anew, the closer the picture stays to the one it began with.
  ///
  /// The distances are those of the same steps in diffusers, from the encoder's mode.
  @Test func staysCloserToTheFirstPictureAtLowStrength() throws {
    let first = try apple([])
    try PNG.encode(first).write(to: URL(filePath: workplace.path("first.png")))
    let distances = try ["0.1", "0.3", "1"].map { strength in
      let run = try workplace.run([
        "generate", "a green leaf on a yellow background", "--seed", "3", "--init-image",
        "first.png", "--strength", strength, "--output", "leaf.png",
      ])
      run.expectSuccess()
      let leaf = try ImageFile.decode(URL(filePath: workplace.path("leaf.png")))
      return zip(leaf.bytes, first.bytes).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
        / Double(first.bytes.count)
    }
    for (distance, expected) in zip(distances, [23.493, 72.874, 108.287]) {
      #expect(abs(distance - expected) < 0.1, "\(distances)")
    }
  }

  /// The ControlNet that comes with it puts a lemon where the condition has a disc; by itself the model
  /// puts it into the middle.
  @Test func followsTheEdgesOfACondition() throws {
    let disc = PixelImage(
      width: 128, height: 128,
      bytes: (0..<128).flatMap { y in
        (0..<128).flatMap { x -> [UInt8] in
          (x - 40) * (x - 40) + (y - 84) * (y - 84) < 900 ? [30, 30, 30] : [255, 255, 255]
        }
      })
    try PNG.encode(disc).write(to: URL(filePath: workplace.path("disc.png")))
    let led = ["generate", "a lemon", "--seed", "1", "--condition", "disc.png", "--edges", "canny"]
    try workplace.run(led + ["--output", "led.png"]).expectSuccess()
    try workplace.run(["generate", "a lemon", "--seed", "1", "--output", "free.png"])
      .expectSuccess()
    func centre(_ name: String) throws -> (x: Double, y: Double) {
      try ImageFile.decode(URL(filePath: workplace.path(name))).centreOfColour
    }
    let (there, middle) = (try centre("led.png"), try centre("free.png"))
    #expect(abs(there.x - 40) < 12 && abs(there.y - 84) < 12, "\(there)")
    #expect(abs(middle.x - 64) < 10 && abs(middle.y - 64) < 10, "\(middle)")
  }

  /// A picture of another size and shape is fitted.
  @Test func fitsThePictureItBeginsWith() throws {
    let wide = PixelImage(
      width: 300, height: 100,
      bytes: (0..<30_000).flatMap { $0 % 300 < 150 ? [250, 20, 20] : [20, 20, 250] })
    try PNG.encode(wide).write(to: URL(filePath: workplace.path("wide.png")))
    let image = try apple(["--init-image", "wide.png", "--strength", "0.1"])
    #expect(image.width == 128 && image.height == 128)
    let (left, right) = (
      image.mean(columns: 0..<40, rows: 0..<128), image.mean(columns: 88..<128, rows: 0..<128)
    )
    #expect(left.red > left.blue + 100 && right.blue > right.red + 100, "\(left) \(right)")
  }
}

extension PixelImage {
  /// Of all that is not white or grey, weighed by how much.
  fileprivate var centreOfColour: (x: Double, y: Double) {
    var sums = (x: 0.0, y: 0.0, weight: 0.0)
    for row in 0..<height {
      for column in 0..<width {
        let pixel = bytes[3 * (row * width + column)..<3 * (row * width + column) + 3]
        let weight = max(0, Double(pixel.max() ?? 0) - Double(pixel.min() ?? 0) - 60)
        sums = (
          sums.x + weight * Double(column), sums.y + weight * Double(row), sums.weight + weight
        )
      }
    }
    return (sums.x / max(1, sums.weight), sums.y / max(1, sums.weight))
  }

  /// Mean levels of a rectangle.
  fileprivate func mean(columns: Range<Int>, rows: Range<Int>) -> (
    red: Double, green: Double, blue: Double
  ) {
    var sums = [0.0, 0.0, 0.0]
    for row in rows {
      for column in columns {
        for channel in 0..<3 {
          sums[channel] += Double(bytes[3 * (row * width + column) + channel])
        }
      }
    }
    let count = Double(rows.count * columns.count)
    return (sums[0] / count, sums[1] / count, sums[2] / count)
  }
}
