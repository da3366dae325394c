import Conditioning
import Foundation
import Gallery
@testable import Generation
import Tensors
import Testing

@testable import Jobs

/// Requests with a condition: as files, recipes and command lines have them.
@Suite struct ControlJobTests {
  private static let job: JobRequest = {
    var job = JobRequest(prompt: "a red fox")
    job.condition = "house.png"
    job.control = "PixArt-XL-2-512-ControlNet.pth"
    job.edges = "hed"
    job.controlStrength = 1.25
    job.controlScale = 0.75
    job.controlStart = 0.1
    job.controlEnd = 0.9
    return job
  }()

  @Test func surviveAFile() throws {
    let data = try JSONEncoder().encode(Self.job)
    #expect(try JSONDecoder().decode(JobRequest.self, from: data) == Self.job)
    let object = try #require(
      JSONSerialization.jsonObject(with: data) as? [String: Any])
    for name in [
      "condition", "control", "edges", "control-strength", "control-scale", "control-start",
      "control-end",
    ] {
      #expect(object[name] != nil && JobRequest.names.contains(name))
    }
  }

  @Test func areCommandLines() {
    #expect(
      Self.job.commandLine()
        == "pixart generate 'a red fox' --seed 0 --condition house.png --control "
        + "PixArt-XL-2-512-ControlNet.pth --edges hed --control-strength 1.25 --control-scale 0.75 "
        + "--control-start 0.1 --control-end 0.9")
  }

  private static let summary = ControlSummary(
    network: "PixArt/PixArt-XL-2-512-ControlNet.pth", hash: "fedcba9876543210", edges: .hed,
    conditionDigest: "0011223344556677")

  @Test func areRecipes() throws {
    let recipe = Self.job.recipe(
      for: .example(seed: 7, control: Self.summary), version: "1")
    #expect(recipe.conditionDigest == "0011223344556677")
    #expect(recipe.controlHash == "fedcba9876543210")
    let read = try JSONDecoder().decode(Recipe.self, from: Data(recipe.json().utf8))
    #expect(read == recipe)
    let replay = Replay(read)
    var same = Self.job
    (same.seed, same.size, same.precision, same.sampler) = (7, "2x1", "fp32", "euler")
    same.model = "small"
    #expect(replay.job.controlOptions.map { $0.1 } == Self.job.controlOptions.map { $0.1 })
    #expect(replay.job == same || replay.job.sampler == nil)
    #expect(replay.conditionDigest == "0011223344556677")
    // Where edges were left to the engine, the recipe says what they were.
    var open = Self.job
    open.edges = nil
    #expect(open.recipe(for: .example(seed: 7, control: Self.summary), version: "1").edges == "hed")
    // Without a condition nothing is said of one.
    let plain = try JobRequest(prompt: "a").recipe(for: .example(seed: 1), version: "1").json()
    #expect(!plain.contains("control") && !plain.contains("edges"))
  }

  // MARK: Files

  /// A gradient, 24 wide and 8 high, in a folder that goes with the box.
  private final class Box {
    let folder: URL
    let image = PixelImage(
      width: 24, height: 8, bytes: (0..<24 * 8).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })

    init() throws {
      folder = FileManager.default.temporaryDirectory
        .appending(path: "pixart-condition-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ name: String, _ data: Data) throws -> String {
      let file = folder.appending(path: name)
      try data.write(to: file)
      return file.path
    }
  }

  @Test func readTheirCondition() throws {
    let box = try Box()
    var job = Self.job
    job.condition = try box.write("a.png", PNG.encode(box.image))
    let control = try #require(try job.makeRequest().control)
    #expect(control.condition == box.image && control.network == job.control)
    #expect(control.edges == .hed && control.strength == 1.25 && control.scale == 0.75)
    #expect(control.span == ControlSpan(start: 0.1, end: 0.9))
    #expect(control.condition.digest == box.image.digest && box.image.digest.count == 16)
  }

  /// A JPEG whose EXIF says that the camera stood on its side.
  @Test func turnTheirCondition() throws {
    let box = try Box()
    let exif: [UInt8] =
      Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
      + [0, 0, 0, 0]
    var jpeg = try JPEG.encode(box.image, quality: 95)
    jpeg.insert(
      contentsOf: [0xFF, 0xE1, UInt8((exif.count + 2) / 256), UInt8((exif.count + 2) % 256)] + exif,
      at: 2)
    var job = Self.job
    job.condition = try box.write("a.jpg", jpeg)
    let condition = try #require(try job.makeRequest().control?.condition)
    #expect(condition.width == 8 && condition.height == 24)
    // Dark is to the left in the first row of the file, which is to the right now.
    #expect(condition.bytes[3 * 7] < condition.bytes[0])
  }

  @Test func refuseWhatCannotBe() throws {
    func message(_ change: (inout JobRequest) -> Void) -> String {
      var job = Self.job
      change(&job)
      do {
        _ = try job.makeRequest()
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message { $0.condition = nil }
        == "A ControlNet was asked for without a picture whose edges it follows. Give one with "
        + "--condition.")
    #expect(
      message { $0.condition = "/nonexistent/a.png" }
        == "Cannot read '/nonexistent/a.png': No such file or directory. Give the path of a PNG, "
        + "JPEG or WebP picture.")
    let box = try Box()
    let text = try box.write("a.txt", Data("a house".utf8))
    #expect(message { $0.condition = text }.contains("but a picture must be PNG, JPEG or WebP"))
    let sound = try box.write("a.png", PNG.encode(box.image))
    #expect(
      message {
        $0.condition = sound
        $0.edges = "depth"
      } == "Edges cannot come from 'depth'. There are hed, canny, none.")
    let cut = try box.write("b.png", Data(PNG.encode(box.image).prefix(60)))
    #expect(message { $0.condition = cut }.contains("is a damaged PNG"))
  }

  /// The picture may be in another file by now, but it must be the same picture.
  @Test func replayWithTheSameConditionOnly() throws {
    let box = try Box()
    var job = Self.job
    job.condition = try box.write("a.png", PNG.encode(box.image))
    let summary = ControlSummary(
      network: "n", hash: "h", edges: .hed, conditionDigest: box.image.digest)
    let recipe = job.recipe(for: .example(seed: 7, control: summary), version: "1")
    #expect(try Replay(recipe).makeRequest().control?.condition == box.image)
    var other = box.image
    other.bytes[5] ^= 1
    _ = try box.write("a.png", PNG.encode(other))
    do {
      _ = try Replay(recipe).makeRequest()
      Issue.record("took another condition")
    } catch {
      #expect(
        "\(error)"
          == "The condition '\(job.condition ?? "")' is another picture now: its digest is "
          + "\(other.digest), the recipe has \(box.image.digest). Put that picture there again, or "
          + "choose another one with --condition.")
    }
    var asked = Replay(recipe)
    asked.conditionDigest = nil
    #expect(try asked.makeRequest().control?.condition == other)
  }
}
