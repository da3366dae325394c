import Foundation
import Gallery
import Tensors
import Testing

@Suite struct RecipeTests {
  private let image = PixelImage(
    width: 3, height: 2, bytes: (0..<18).map { UInt8($0 * 14) })

  private var full: Recipe {
    var recipe = Recipe(prompt: "a red apple,\non a table", negative: "blurry, \"bad\"")
    recipe.version = "0.1.0"
    recipe.model = "PixArt-Sigma-XL-2-512-MS"
    recipe.modelHash = "0a1b2c3d4e"
    recipe.cleanedPrompt = "a red apple, on a table"
    recipe.size = Recipe.Size(width: 512, height: 768)
    recipe.bin = true
    recipe.requestedSize = Recipe.Size(width: 500, height: 760)
    recipe.steps = 20
    recipe.guidance = 4.5
    recipe.sampler = "dpm++2m"
    recipe.schedulerSettings = ["use_karras_sigmas": "true"]
    recipe.seed = .max
    recipe.variationStrength = 0.25
    recipe.variationSeed = 9
    recipe.count = 4
    recipe.index = 2
    recipe.initImage = "sketch.png"
    recipe.strength = 0.6
    recipe.precision = "fp32"
    recipe.seconds = ["denoise": 8.25]
    return recipe
  }

  @Test func comesBackFromItsPNG() throws {
    let png = try PNG.encode(image, recipe: full)
    #expect(try Recipe(readingFrom: png) == full)
    #expect(try ImageFile.decode(png) == image)
  }

  @Test func holdsBranchesAndDigests() throws {
    var recipe = Recipe(prompt: "a wolf")
    recipe.publishedSampler = true
    recipe.branch = [
      .init(at: 3, prompt: "a fox", negative: "", guidance: 4.5, sampler: nil, seed: .max),
      .init(at: 7, prompt: "a dog", negative: "red", guidance: 1, sampler: "ddim", seed: 0),
    ]
    recipe.latentDigest = "0123abcd"
    recipe.stepDigests = ["89abcdef", "0123abcd"]
    #expect(try Recipe(readingFrom: PNG.encode(image, recipe: recipe)) == recipe)
    #expect(
      try recipe.json() == """
        {"branch":[{"at":3,"guidance":4.5,"negative":"","prompt":"a fox",\
        "seed":18446744073709551615},{"at":7,"guidance":1,"negative":"red","prompt":"a dog",\
        "sampler":"ddim","seed":0}],"latent-digest":"0123abcd","negative":"","prompt":"a wolf",\
        "published-sampler":true,"step-digests":["89abcdef","0123abcd"]}
        """)
  }

  @Test func isJSONWithTheNamesOfTheOptions() throws {
    #expect(
      try full.json() == """
        {"bin":true,"cleaned-prompt":"a red apple, on a table","count":4,"guidance":4.5,"index":2,\
        "init-image":"sketch.png","model":"PixArt-Sigma-XL-2-512-MS","model-hash":"0a1b2c3d4e",\
        "negative":"blurry, \\"bad\\"","precision":"fp32","prompt":"a red apple,\\non a table",\
        "requested-size":"500x760","sampler":"dpm++2m",\
        "scheduler-settings":{"use_karras_sigmas":"true"},"seconds":{"denoise":8.25},\
        "seed":18446744073709551615,"size":"512x768","steps":20,"strength":0.6,\
        "variation-seed":9,"variation-strength":0.25,"version":"0.1.0"}
        """)
  }

  @Test func writesBothTexts() throws {
    let texts = try PNG.texts(in: PNG.encode(image, recipe: full))
    #expect(texts.map(\.keyword) == ["parameters", "pixart"])
    #expect(texts.map(\.isUTF8) == [false, true])
    #expect(
      texts[0].text == """
        a red apple,
        on a table
        Negative prompt: blurry, "bad"
        Steps: 20, Sampler: DPM++ 2M, CFG scale: 4.5, Seed: 18446744073709551615, Size: 512x768, \
        Model hash: 0a1b2c3d4e, Model: PixArt-Sigma-XL-2-512-MS, Variation seed: 9, \
        Variation seed strength: 0.25, Denoising strength: 0.6, \
        Version: pixart 0.1.0
        """)
  }

  /// Latin-1 goes into tEXt, as Pillow and A1111 do it; anything else needs iTXt, as do control
  /// characters: pngcheck calls an Escape in tEXt an error, ExifTool takes U+0085 for an ellipsis.
  @Test(arguments: [
    ("un café à Zürich", false), ("a\nb", false), ("一只猫 🐈", true), ("a \u{1B}[1mfox", true),
    ("a\u{85}b", true),
  ])
  func choosesTheChunkByTheText(prompt: String, isUTF8: Bool) throws {
    let png = try PNG.encode(image, recipe: Recipe(prompt: prompt))
    let texts = try PNG.texts(in: png)
    #expect(texts[0] == PNGText(keyword: "parameters", text: prompt, isUTF8: isUTF8))
    let chunk = (isUTF8 ? "iTXt" : "tEXt") + "parameters\0"
    #expect(png.firstRange(of: Data(chunk.utf8)) != nil)
    #expect(try Recipe(readingFrom: png) == Recipe(prompt: prompt))
  }

  /// PNG's lines end with a line feed alone; the JSON has the prompt as it was.
  @Test func endsLinesAsPNGDoes() throws {
    let recipe = Recipe(prompt: "one\r\ntwo\rthree")
    let png = try PNG.encode(image, recipe: recipe)
    #expect(
      try PNG.texts(in: png)[0] == PNGText(keyword: "parameters", text: "one\ntwo\nthree"))
    #expect(try Recipe(readingFrom: png) == recipe)
  }

  @Test func readsOtherProgramsPictures() throws {
    let text = """
      a cat, (masterpiece:1.2)
      second line
      Negative prompt: dog
      bird
      Steps: 30, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, Seed: 965400086, \
      Size: 512x640, Model hash: 45dee52b, Model: "a, model: x", Variation seed: 3030222777, Variation seed strength: 0.15, \
      Version: v1.10.1
      """
    let png = try PNG.encode(image, texts: [PNGText(keyword: "parameters", text: text)])
    var want = Recipe(prompt: "a cat, (masterpiece:1.2)\nsecond line", negative: "dog\nbird")
    want.steps = 30
    want.sampler = "euler-a"
    want.guidance = 7
    want.seed = 965_400_086
    want.size = Recipe.Size(width: 512, height: 640)
    want.modelHash = "45dee52b"
    want.model = "a, model: x"
    (want.variationSeed, want.variationStrength) = (3_030_222_777, 0.15)
    #expect(try Recipe(readingFrom: png) == want)
  }

  /// The command line's names, and how A1111 (1.10 and before 1.9) writes the same samplers.
  @Test(arguments: [
    ("dpm++2m", "DPM++ 2M, Schedule type: Automatic", "DPM++ 2M"),
    ("dpm++2m-karras", "DPM++ 2M, Schedule type: Karras", "DPM++ 2M Karras"),
    ("dpm++sde", "DPM++ 2M SDE, Schedule type: Automatic", "DPM++ 2M SDE"),
    ("euler-a", "Euler a, Schedule type: Normal", "Euler a"),
    ("Heun", "Heun, Schedule type: Karras", "Heun"),
  ])
  func translatesSamplers(own: String, new: String, old: String) {
    for text in [new, old] {
      let parameters = ParametersText(parsing: "p\nSteps: 3, Sampler: \(text), Seed: 1")
      #expect(Recipe(parameters).sampler == own)
    }
    var recipe = Recipe(prompt: "p")
    recipe.sampler = own
    #expect(ParametersText(recipe)["Sampler"] == old)
  }

  @Test func isNilInAPlainPNG() throws {
    #expect(try Recipe(readingFrom: PNG.encode(image)) == nil)
    let other = PNGText(keyword: "Software", text: "something")
    #expect(try Recipe(readingFrom: PNG.encode(image, texts: [other])) == nil)
  }

  @Test func saysThatOnlyPNGsHoldRecipes() {
    let error = #expect(throws: ImageError.self) {
      try Recipe(readingFrom: Fixture.jpeg, named: "a.jpg")
    }
    #expect(
      error?.description
        == "'a.jpg' is a JPEG, but only PNG files hold a recipe. "
        + "Give the picture as it was first saved.")
  }

  @Test func ignoresNamesItDoesNotKnow() throws {
    let json = #"{"prompt": "cat", "size": "64x32", "invented": {"later": [1]}}"#
    var want = Recipe(prompt: "cat")
    want.size = Recipe.Size(width: 64, height: 32)
    #expect(try Recipe(readingFrom: png(json: json)) == want)
  }

  @Test(arguments: [
    ("{\"prompt\": \"ca", "it is not JSON, or a number in it is out of range"),
    (#"{"steps": 3}"#, "'prompt' is missing"),
    (#"{"prompt": "cat", "steps": "many"}"#, "'steps' is no Int"),
    (#"{"prompt": "cat", "seed": -1}"#, "it is not JSON, or a number in it is out of range"),
    (#"{"prompt": "cat", "size": "big"}"#, "'size': 'big' is no size such as 512x512"),
    (#"{"prompt": "cat", "size": "0x5"}"#, "'size': '0x5' is no size such as 512x512"),
  ])
  func saysWhatIsWrongWithDamagedJSON(json: String, finding: String) throws {
    let png = try png(json: json)
    let error = #expect(throws: ImageError.self) {
      try Recipe(readingFrom: png, named: "a.png")
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("'a.png' holds a recipe that cannot be read: \(finding)"))
    #expect(text.hasSuffix(". The picture itself may be sound."))
  }

  /// A text whose checksum is wrong is no text, even though the pixels are sound.
  @Test func refusesATextWithAWrongChecksum() throws {
    var png = try PNG.encode(image, recipe: Recipe(prompt: "a red apple"))
    let apple = try #require(png.firstRange(of: Data("apple".utf8)))
    png[apple.lowerBound] = UInt8(ascii: "A")
    #expect(
      throws: ImageError.damaged(file: "a.png", format: .png, found: "tEXt: CRC error")
    ) { try Recipe(readingFrom: png, named: "a.png") }
    #expect(try ImageFile.decode(png) == image)
  }

  private func png(json: String) throws -> Data {
    try PNG.encode(image, texts: [PNGText(keyword: "pixart", text: json)])
  }
}
