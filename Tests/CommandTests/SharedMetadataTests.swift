import Foundation
import Gallery
import TestSupport
import Testing

/// What other programs find in our pictures: ExifTool, pngcheck, and readers like A1111's.
@Suite struct SharedMetadataTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Has a picture read by others.
  ///
  /// - Parameters:
  ///   - lines: The prompt's, and the negative prompt's with the words before it.
  ///   - middle: The settings behind those that every picture has.
  ///   - kind: The chunk that has to hold the text.
  private func expect(
    _ lines: String, middle: String = "Model: sigma-tiny", in kind: String,
    of file: String = "a.png",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> SharedMetadata {
    let path = workplace.path(file)
    let read = try workplace.run(["-b", "-Parameters", path], program: try Tool.exiftool.file())
    read.expectSuccess(sourceLocation: sourceLocation)
    let recipe = try #require(
      try Recipe(readingFrom: Data(contentsOf: URL(filePath: path))), sourceLocation: sourceLocation
    )
    let (hash, version) = (recipe.modelHash ?? "none", recipe.version ?? "none")
    #expect(
      read.output == """
        \(lines)
        Steps: 2, Sampler: DPM++ 2M, CFG scale: 4.5, Seed: 7, Size: 48x48, Model hash: \(hash), \
        \(middle), Version: pixart \(version)
        """, sourceLocation: sourceLocation)
    let checked = try workplace.run(["-vt", path], program: try Tool.pngcheck.file())
    checked.expectSuccess(sourceLocation: sourceLocation)
    #expect(
      checked.output.contains(
        /chunk (tEXt|iTXt) at offset 0x00025, length \d+, keyword: parameters\n/)
        && checked.output.contains("chunk \(kind) at offset 0x00025,"),
      "\(checked)", sourceLocation: sourceLocation)
    #expect(
      checked.output.contains("\nNo errors detected in ")
        && !checked.output.contains("discouraged"),
      "\(checked)", sourceLocation: sourceLocation)
    var shared = try SharedMetadata(reading: read.output)
    #expect(shared.settings["Model hash"] == hash, sourceLocation: sourceLocation)
    #expect(shared.settings["Version"] == "pixart \(version)", sourceLocation: sourceLocation)
    for name in ["Model hash", "Version"] { shared.settings[name] = nil }
    return shared
  }

  private func make(_ prompt: String, _ arguments: String...) throws {
    try workplace.run(
      ["generate", prompt, "--seed", "7", "--steps", "2", "--size", "48x48", "--output", "a.png"]
        + (arguments.contains("--model") ? [] : ["--model", Workplace.model]) + arguments
    ).expectSuccess()
  }

  private let settings = [
    "Steps": "2", "Sampler": "DPM++ 2M", "CFG scale": "4.5", "Seed": "7", "Size": "48x48",
    "Model": "sigma-tiny",
  ]

  @Test func isReadByOthers() throws {
    try make("a red fox, (snow:1.3)\nand \"stars\"", "--negative", "blurry,\nbad: hands")
    let shared = try expect(
      "a red fox, (snow:1.3)\nand \"stars\"\nNegative prompt: blurry,\nbad: hands", in: "tEXt")
    #expect(
      shared
        == SharedMetadata(
          prompt: "a red fox, (snow:1.3)\nand \"stars\"", negative: "blurry,\nbad: hands",
          settings: settings))
  }

  @Test(arguments: [
    ("ein grüner Apfel, café à Zürich ½", "tEXt"), ("雪の中の赤い狐、水彩", "iTXt"), ("a fox 🦊", "iTXt"),
    ("a \u{1B}[31mred\u{85} fox", "iTXt"), ("Steps: 9, Sampler: x, Seed: 3, Size: 1x1", "tEXt"),
  ]) func keepsEveryCharacter(prompt: String, kind: String) throws {
    try make(prompt, "--negative", "häßlich")
    let shared = try expect("\(prompt)\nNegative prompt: häßlich", in: kind)
    #expect(
      shared == SharedMetadata(prompt: prompt, negative: "häßlich", settings: settings))
  }

  @Test func endsLinesWithALineFeed() throws {
    try make("one\r\ntwo\rthree")
    let shared = try expect("one\ntwo\nthree", in: "tEXt")
    #expect(shared.prompt == "one\ntwo\nthree" && shared.negative.isEmpty)
  }

  /// Commas, colons and quotes in a name do not end it.
  @Test func quotesNames() throws {
    let model = workplace.folder.appending(path: "a, \"b\": c")
    try workplace.copy(Golden.model("sigma-tiny"), to: model)
    try make("a fox", "--model", model.path)
    let shared = try expect("a fox", middle: #"Model: "a, \"b\": c""#, in: "tEXt")
    #expect(shared.settings["Model"] == "a, \"b\": c" && shared.settings["Size"] == "48x48")
  }

  @Test func tellsOfAStartImage() throws {
    let picture = Golden.root.appending(path: "a-sigma/square/image_0.png").path
    try make("a fox", "--init-image", picture, "--strength", "0.55")
    let shared = try expect(
      "a fox", middle: "Model: sigma-tiny, Denoising strength: 0.55", in: "tEXt")
    #expect(shared.settings["Denoising strength"] == "0.55")
  }

  /// Of a branch others are told what its last steps were made with.
  @Test func tellsTheEndOfABranch() throws {
    try make("a fox", "--guidance", "7")
    try workplace.run(
      [
        "generate", "a wolf", "--from", "a.png", "--branch-at", "1", "--guidance", "4.5",
        "--negative", "red", "--output", "b.png",
      ], environment: Workplace.goldenModels
    ).expectSuccess()
    let shared = try expect("a wolf\nNegative prompt: red", in: "tEXt", of: "b.png")
    #expect(
      shared == SharedMetadata(prompt: "a wolf", negative: "red", settings: settings))
  }
}
