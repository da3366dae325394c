import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// A pipeline case of the goldens as a command line, and the comparison with what it made.
struct GoldenRun {
  struct Made {
    let pictures: [PixelImage]
    let trace: TensorFile
  }

  private let golden: Golden
  private let prompt: Int
  private let workplace: Workplace

  /// - Parameter prompt: Which one, where the case has a list of them.
  init(_ name: String, prompt: Int = 0) throws {
    golden = try Golden(name)
    self.prompt = prompt
    workplace = try Workplace()
  }

  var facts: [String: Any] { golden.facts }

  func integer(_ name: String) throws -> Int { try #require(facts[name] as? Int) }

  // MARK: Running

  /// Runs the program as the case says, with `arguments` added.
  func run(_ arguments: [String], count: Int = 1) throws -> Made {
    let model = try #require(facts["model"] as? String).dropFirst("models/".count)
    let (width, height) = (try integer("width"), try integer("height"))
    var all = [
      "generate", try promptText(), "--model", Golden.model(String(model)).path,
      "--negative", try #require(facts["negative"] as? String), "--size", "\(width)x\(height)",
      "--steps", "\(try integer("steps"))",
      "--guidance", "\(try #require(facts["guidance"] as? Double))",
      "--quiet", "--output", "pictures/", "--trace", "trace.safetensors",
    ]
    if facts["binning"] as? Bool == true { all.append("--bin") }
    if facts["clean"] as? Bool == false { all.append("--raw-prompt") }
    // Where the parts are that dmd-tiny comes without.
    let run = try workplace.run(all + arguments, environment: Workplace.goldenModels)
    run.expectSuccess()
    let files = run.output.split(separator: "\n").map { URL(filePath: String($0)) }
    try #require(files.count == count)
    return Made(
      pictures: try files.map { try ImageFile.decode($0) },
      trace: try TensorFile(workplace.folder.appending(path: "trace.safetensors")))
  }

  /// Runs the program with the noise of these pictures of the case.
  func run(startingFrom rows: Range<Int>) throws -> Made {
    var shape = try golden.shape("noise.0").dimensions
    let noise = slice(try golden.floats("noise.0"), of: shape[0], rows)
    shape[0] = rows.count
    let file = workplace.folder.appending(path: "noise.safetensors")
    try TensorFile("latents", shape: shape, floats: noise).write(to: file)
    return try run(
      ["--initial-latents", file.path, "--count", "\(rows.count)"], count: rows.count)
  }

  private func promptText() throws -> String {
    if let list = facts["prompt"] as? [String] { return list[prompt] }
    return try #require(facts["prompt"] as? String)
  }

  // MARK: Comparing

  func hasPicture(_ index: Int) -> Bool {
    FileManager.default.fileExists(atPath: picture(index).path)
  }

  private func picture(_ index: Int) -> URL {
    golden.folder.appending(path: "image_\(index).png")
  }

  /// Pixels may differ by the one level that rounding can make.
  func expectPicture(
    _ got: PixelImage, equals index: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let want = try ImageFile.decode(picture(index))
    try #require(got.width == want.width && got.height == want.height)
    let worst = zip(got.bytes, want.bytes).map { abs(Int($0) - Int($1)) }.max()
    #expect(worst ?? 0 <= 1, "image_\(index)", sourceLocation: sourceLocation)
  }

  /// Everything the golden holds that a trace should, at the golden's own tolerance.
  ///
  /// - Parameter rows: Which pictures of the case were made.
  func expectTrace(
    _ trace: TensorFile, rows: Range<Int>? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for name in golden.names where isTraced(name) {
      guard trace.entries[name] != nil else {
        Issue.record("the trace lacks '\(name)'", sourceLocation: sourceLocation)
        continue
      }
      let batch = try golden.shape(name)[0]
      let range: Range<Int>
      switch name {
      case "timesteps", "sigmas": range = 0..<batch
      case _ where name.contains("input_ids") || name.contains("mask") || name.contains("embeds"):
        range = prompt..<prompt + 1
      default: range = rows ?? 0..<batch
      }
      if name == "noise.0" { #expect(trace.entries[name]?.shape[0] == range.count) }
      guard trace.isFloat(name) else {
        #expect(
          try trace.integers(name) == slice(golden.integers(name), of: batch, range), "\(name)",
          sourceLocation: sourceLocation)
        continue
      }
      var want = slice(try golden.floats(name), of: batch, range)
      if name.hasSuffix("prompt_embeds") { want = try realTokens(want, of: name) }
      let (absolute, relative) = try golden.tolerance(name)
      expectClose(
        try trace.floats(name), want, absolute: absolute, relative: relative,
        "\(facts["name"] ?? "") \(name)", sourceLocation: sourceLocation)
    }
  }

  /// Not layers, not what is fed to them besides, not the noise that samplers draw on the way.
  private func isTraced(_ name: String) -> Bool {
    if name.hasPrefix("trace.") || ["resolution", "aspect_ratio", "image"].contains(name) {
      return false
    }
    // Without guidance the negative prompt has no part in the picture.
    if facts["guidance"] as? Double == 1, name.hasPrefix("negative_") { return false }
    return name == "noise.0" || !name.hasPrefix("noise.")
  }

  /// The rows that stand for tokens and not for padding.
  private func realTokens(_ embeds: [Float], of name: String) throws -> [Float] {
    let mask = name.replacingOccurrences(of: "prompt_embeds", with: "attention_mask")
    let batch = try golden.shape(mask)[0]
    let count = slice(try golden.integers(mask), of: batch, prompt..<prompt + 1).reduce(0, +)
    return Array(embeds.prefix(count * (try golden.shape(name)[2])))
  }

  private func slice<T>(_ values: [T], of batch: Int, _ rows: Range<Int>) -> [T] {
    let size = values.count / batch
    return Array(values[rows.lowerBound * size..<rows.upperBound * size])
  }
}
