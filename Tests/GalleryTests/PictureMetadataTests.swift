import Foundation
import Gallery
import Tensors
import Testing

@Suite struct PictureMetadataTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-metadata-\(UUID().uuidString)")

  private static let text = "a fox\nNegative prompt: dog\nSteps: 20, Sampler: Euler, Seed: 7"

  private static var recipe: Recipe {
    var recipe = Recipe(prompt: "a fox", negative: "dog")
    (recipe.steps, recipe.sampler, recipe.seed) = (20, "euler", 7)
    return recipe
  }

  /// Every kind of chunk that can hold a text.
  @Test(arguments: [
    ChunkedPNG.tEXt("parameters", text), ChunkedPNG.zTXt("parameters", text),
    ChunkedPNG.iTXt("parameters", text), ChunkedPNG.iTXt("parameters", text, isCompressed: true),
  ])
  func readsEveryKindOfText(chunk: (String, [UInt8])) throws {
    let png = ChunkedPNG([chunk]).bytes
    let found = PictureMetadata(png)
    #expect(found.recipe == Self.recipe && found.origin == .a1111 && found.faults == [])
    #expect(found.width == 1 && found.height == 1)
    #expect(try Recipe(readingFrom: png) == Self.recipe)
    #expect(try ImageFile.decode(png).bytes == [255, 0, 0])
  }

  @Test func prefersOurOwnAndNamesTheOrigin() throws {
    let image = PixelImage(width: 1, height: 1, bytes: [1, 2, 3])
    let own = PictureMetadata(try PNG.encode(image, recipe: Self.recipe))
    #expect(own.recipe == Self.recipe && own.origin == .pixart)
    let version = ", Size: 1x1, Version: pixart 0.1.0"
    let copied = PictureMetadata(
      ChunkedPNG([ChunkedPNG.tEXt("parameters", Self.text + version)]).bytes)
    #expect(copied.recipe?.version == "0.1.0" && copied.origin == .pixart)
    let others = PictureMetadata(
      ChunkedPNG([
        ChunkedPNG.tEXt("prompt", "{}"), ChunkedPNG.tEXt("parameters", Self.text),
        ChunkedPNG.tEXt("invokeai_metadata", #"{"positive_prompt": "first"}"#),
      ]).bytes)
    #expect(others.recipe == Recipe(prompt: "first") && others.origin == .invokeai)
  }

  /// One chunk with a wrong checksum costs no other.
  @Test func keepsWhatIsSoundBesideDamage() throws {
    var png = ChunkedPNG([
      ChunkedPNG.iTXt("pixart", #"{"prompt": "lost"}"#), ChunkedPNG.tEXt("parameters", Self.text),
    ]).bytes
    let lost = try #require(png.firstRange(of: Data("lost".utf8)))
    png[lost.lowerBound] = UInt8(ascii: "m")
    let found = PictureMetadata(png)
    #expect(found.recipe == Self.recipe)
    #expect(found.faults == ["its text 'pixart': iTXt: CRC error"])
  }

  @Test func readsAFileThatWasCutOff() {
    let whole = ChunkedPNG([ChunkedPNG.tEXt("parameters", Self.text)]).bytes
    let cut = PictureMetadata(whole.dropLast(20))
    #expect(cut.recipe == Self.recipe)
    #expect(cut.faults == ["the file ends too early"])
    #expect(cut.fingerprint == nil)
  }

  /// A text of more than 8 MB is refused, packed or not.
  @Test func refusesLongTexts() {
    let long = String(repeating: "x", count: 9_000_000)
    let plain = PictureMetadata(ChunkedPNG([ChunkedPNG.tEXt("parameters", long)]).bytes)
    #expect(plain.recipe == nil)
    #expect(plain.faults == ["its text 'parameters' is longer than 8000000 bytes"])
    for (runs, isRead) in [(10, true), (35_000, false)] {
      let chunk = ("zTXt", Array("parameters\0\0".utf8) + ChunkedPNG.letters(runs: runs))
      #expect(chunk.1.count < 60_000)
      let packed = PictureMetadata(ChunkedPNG([chunk]).bytes)
      #expect(packed.recipe?.prompt.count == (isRead ? 2581 : nil))
      #expect(packed.faults == (isRead ? [] : ["its text 'parameters' cannot be unpacked"]))
    }
  }

  @Test func saysWhatIsNoPNG() throws {
    #expect(PictureMetadata(Data()).faults == ["it is empty"])
    #expect(PictureMetadata(Fixture.jpeg).faults == ["it is a JPEG"])
    #expect(PictureMetadata(Data("hello world, hello".utf8)).recipe == nil)
    #expect(throws: ImageError.unreadable(file: "/usr", reason: "Is a directory")) {
      try PictureMetadata(file: URL(filePath: "/usr"))
    }
  }

  /// A file is read in blocks, bytes are not; both must find the same.
  @Test func readsFilesAsItReadsBytes() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = Seeded(state: 3)
    let noise = (0..<96 * 80 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    var recipe = Self.recipe
    recipe.prompt = String(repeating: "many words, ", count: 2000)
    let png = try PNG.encode(PixelImage(width: 96, height: 80, bytes: noise), recipe: recipe)
    #expect(png.count > 60_000)
    let file = folder.appending(path: "a.png")
    try png.write(to: file)
    let found = try PictureMetadata(file: file)
    #expect(found == PictureMetadata(png))
    #expect(found.recipe == recipe && found.fingerprint != nil)
  }

  // MARK: InvokeAI

  /// Fields of InvokeAI 3.4's and 4.2's `invokeai_metadata`.
  @Test(arguments: [
    #"{"model_name": "dreamshaper-8", "base_model": "sd-1", "model_type": "main"}"#,
    #"{"key": "1a2b", "hash": null, "name": "dreamshaper-8", "base": "sd-1", "type": "main"}"#,
  ])
  func readsInvokeAI(model: String) {
    let json = """
      {"generation_mode": "txt2img", "positive_prompt": "a fox", "negative_prompt": "dog",
       "width": 512, "height": 768, "seed": 4294967295, "rand_device": "cpu", "cfg_scale": 7.5,
       "steps": 30, "scheduler": "dpmpp_2m_k", "clip_skip": 0, "model": \(model), "strength": 0.7,
       "init_image": "b.png", "controlnets": [], "loras": [], "app_version": "3.4.0"}
      """
    let found = PictureMetadata(ChunkedPNG([ChunkedPNG.tEXt("invokeai_metadata", json)]).bytes)
    var want = Recipe(prompt: "a fox", negative: "dog")
    want.size = .init(width: 512, height: 768)
    (want.seed, want.guidance, want.steps) = (4_294_967_295, 7.5, 30)
    (want.sampler, want.model, want.strength) = ("dpm++2m-karras", "dreamshaper-8", 0.7)
    want.initImage = "b.png"
    #expect(found.recipe == want && found.origin == .invokeai && found.faults == [])
  }

  /// The example of the "Metadata" page of InvokeAI 2's documentation, shortened.
  @Test(arguments: [
    #"[{"prompt": "a fox [dog, cat] at dusk", "weight": 1}]"#,
    #""a fox [dog, cat] at dusk""#,
  ])
  func readsInvokeAI2(prompt: String) {
    let json = """
      {"model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "model_hash": "cc6c",
       "app_id": "invoke-ai/InvokeAI", "app_version": "2.2.3", "image": {"prompt": \(prompt),
       "steps": 50, "cfg_scale": 7.5, "threshold": 0, "height": 512, "width": 640, "seed": 42,
       "type": "txt2img", "postprocessing": null, "sampler": "k_euler_a", "variations": []}}
      """
    let found = PictureMetadata(ChunkedPNG([ChunkedPNG.tEXt("sd-metadata", json)]).bytes)
    var want = Recipe(prompt: "a fox at dusk", negative: "dog, cat")
    want.size = .init(width: 640, height: 512)
    (want.seed, want.guidance, want.steps, want.sampler) = (42, 7.5, 50, "euler-a")
    (want.model, want.modelHash) = ("stable-diffusion-1.5", "cc6c")
    #expect(found.recipe == want && found.origin == .invokeai && found.faults == [])
  }

  // MARK: Anything

  /// Thousands of damaged files: something is told of each, and no two readers disagree.
  @Test func survivesDamage() throws {
    let graph =
      #"{"3": {"class_type": "KSampler", "inputs": {"latent_image": ["5", 0], "seed": 1,"#
      + #" "positive": ["6", 0]}}, "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "x"}}}"#
    let whole = ChunkedPNG([
      ChunkedPNG.tEXt("prompt", graph), ChunkedPNG.zTXt("parameters", Self.text),
      ChunkedPNG.iTXt("pixart", try Self.recipe.json(), isCompressed: true),
      ChunkedPNG.iTXt("invokeai_metadata", #"{"positive_prompt": "first", "seed": 3}"#),
      ChunkedPNG.iTXt("pixart-marks", #"{"rating": 3, "star": true}"#),
    ])
    var random = Seeded(state: 20_261_123)
    for round in 0..<3000 {
      var png = whole
      // Damage inside of chunks, with checksums that are right again, reaches the readers.
      if round % 2 == 0 {
        let index = Int.random(in: 1..<png.chunks.count - 1, using: &random)
        png.chunks[index].data = damaged(png.chunks[index].data, &random)
      }
      let bytes = round % 2 == 0 ? png.bytes : Data(damaged([UInt8](png.bytes), &random))
      let found = PictureMetadata(bytes)
      #expect((found.recipe == nil) == (found.origin == nil))
      #expect(PictureMarks.ratings.contains(found.marks.rating))
      #expect(found.faults.allSatisfy { !$0.contains("\n") && $0.count < 400 })
      if let marked = try? PNG.marked(bytes, with: PictureMarks(star: true, rating: 4)) {
        #expect(PictureMetadata(marked).marks == PictureMarks(star: true, rating: 4))
        #expect(PictureMetadata(marked).fingerprint == found.fingerprint)
      }
    }
  }

  private func damaged(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1:
        bytes.removeSubrange(
          place..<min(place + Int.random(in: 1...9, using: &random), bytes.count))
      case 2: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
      default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    }
    return bytes
  }
}

/// A small generator with a seed, so that a failure can be repeated.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
