import Foundation
import TestSupport
import Testing

/// Requests that a model, a file or the machine makes impossible: exit code 1 and one line.
@Suite struct RefusalTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func expectRefusal(
    _ arguments: String..., message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = workplace.files
    try workplace.run(Workplace.generation(arguments)).expectFailure(
      message, sourceLocation: sourceLocation)
    #expect(workplace.files == before, sourceLocation: sourceLocation)
  }

  // MARK: Sizes and numbers

  @Test(arguments: [
    (
      "100x100",
      "both sides must be multiples of 16. The nearest such size is --size 96x96."
    ),
    ("99999x99999", "a side has 16 to 8192 pixels. Choose another --size."),
    ("8x64", "a side has 16 to 8192 pixels. Choose another --size."),
  ]) func refusesSizes(size: String, reason: String) throws {
    try expectRefusal("--size", size, message: "Size \(size) was asked for, but \(reason)")
  }

  @Test(arguments: ["1001", "1000000000000000000"])
  func refusesMoreStepsThanTheModelKnows(steps: String) throws {
    try expectRefusal(
      "--steps", steps,
      message:
        "\(steps) steps were asked for, but this model takes 1 to 1000. Choose another --steps.")
  }

  @Test func refusesTooManyPictures() throws {
    try expectRefusal(
      "--count", "10001",
      message: """
        10001 pictures were asked for, but one request makes 1 to 10000. Choose another --count.
        """)
  }

  @Test func refusesAStrengthThatLeavesNoStep() throws {
    let picture = Golden.root.appending(path: "a-sigma/square/image_0.png").path
    try expectRefusal(
      "--init-image", picture, "--strength", "0.1",
      message: "Strength 0.1 of 2 steps leaves nothing to do. Raise --strength or --steps.")
  }

  // MARK: Pictures to begin with

  @Test func refusesADamagedPicture() throws {
    let whole = try Data(
      contentsOf: Golden.root.appending(path: "a-sigma/square/image_0.png"))
    let file = try workplace.write("cut.png", whole.prefix(whole.count / 2))
    try expectRefusal(
      "--init-image", "cut.png",
      message: """
        '\(file.path)' is a damaged PNG: the file ends too early. Save or fetch it again.
        """)
  }

  @Test func refusesWhatIsNoPicture() throws {
    let file = try workplace.write("text.png", Data("GIF89a".utf8))
    try expectRefusal(
      "--init-image", "text.png",
      message: """
        '\(file.path)' is a GIF, but a picture must be PNG, JPEG or WebP. Convert it first.
        """)
    try expectRefusal(
      "--init-image", "absent.png",
      message: """
        Cannot read '\(workplace.path("absent.png"))': No such file or directory. Give the path of \
        a PNG, JPEG or WebP picture.
        """)
  }

  // MARK: Initial latents

  private func noise(_ shape: [Int], named name: String = "latents", last: Float = 1) throws
    -> String
  {
    let count = shape.reduce(1, *)
    let file = workplace.folder.appending(path: "noise.safetensors")
    let values = (0..<count).map { $0 == count - 1 ? last : Float($0 % 7) - 3 }
    try TensorFile(name, shape: shape, floats: values).write(to: file)
    return file.path
  }

  @Test func refusesNoiseOfAnotherShape() throws {
    try expectRefusal(
      "--initial-latents", noise([1, 4, 8, 6]),
      message: """
        The initial latents are [1, 4, 8, 6], but this request needs [1, 4, 6, 6]. Check --size and \
        --count.
        """)
    try expectRefusal(
      "--count", "2", "--output", "pictures/", "--initial-latents", noise([1, 4, 6, 6]),
      message: """
        The initial latents are [1, 4, 6, 6], but this request needs [2, 4, 6, 6]. Check --size and \
        --count.
        """)
    let flat = try noise([4, 6, 6])
    try expectRefusal(
      "--initial-latents", flat,
      message: """
        'latents' in '\(flat)' is [4, 6, 6], but [pictures, channels, height / 8, width / 8] was \
        needed. Reshape it.
        """)
  }

  @Test func refusesNoiseThatIsNone() throws {
    let other = try noise([1, 4, 6, 6], named: "noise")
    try expectRefusal(
      "--initial-latents", other,
      message: "'\(other)' has no tensor 'latents'. Store the noise under this name.")
    let infinite = try noise([1, 4, 6, 6], last: .nan)
    try expectRefusal(
      "--initial-latents", infinite,
      message: """
        'latents' in '\(infinite)' holds numbers that are infinite or none at all. Draw the noise \
        again.
        """)
    let text = try workplace.write("noise.txt", Data("not a checkpoint, but a text".utf8))
    let run = try workplace.generate("--initial-latents", text.path)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("pixart: \(text.path) "), "\(run)")
    #expect(run.error.hasSuffix(" Download it again.\n"), "\(run)")
  }

  @Test func refusesNoiseTogetherWithAPicture() throws {
    try expectRefusal(
      "--initial-latents", noise([1, 4, 6, 6]), "--init-image",
      Golden.root.appending(path: "a-sigma/square/image_0.png").path,
      message: """
        Both initial latents and a picture to begin with were given. Leave out --initial-latents or \
        --init-image.
        """)
  }

  // MARK: JSON

  /// The refusal is the only thing that a program which reads events has to look for.
  @Test func tellsRefusalsAsEventsToo() throws {
    for arguments in [
      ["--size", "100x100"], ["--init-image", "absent.png"], ["--output", "a/b"],
    ] {
      let run = try workplace.run(Workplace.generation(arguments + ["--json"]))
      let events = try run.events()
      #expect(run.code == 1)
      #expect(events.filter { $0["event"] as? String == "failed" }.count == 1)
      let error = try #require(events.last?["error"] as? String)
      #expect(run.error == "pixart: \(error)\n")
    }
    #expect(workplace.files.isEmpty)
  }
}
