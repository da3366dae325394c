import Foundation
import Gallery
import Jobs
import Tensors
import TestSupport
import Testing

/// `generate --condition`, `edges`, and what `models` says of the networks for them.
@Suite struct ControlCommandTests {
  private let workplace: Workplace
  /// A folder of models: a golden one and a ControlNet for it.
  private let environment: [String: String]

  init() throws {
    workplace = try Workplace()
    let models = workplace.folder.appending(path: "models")
    environment = ["PIXART_MODELS": models.path]
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: models.appending(path: "sigma-tiny"), withDestinationURL: Golden.model("sigma-tiny"))
    try FormulaControlNet.write(
      to: models.appending(path: "tiny-ControlNet.safetensors"), width: 72, copies: 1)
    try workplace.write("disc.png", PNG.encode(Self.disc))
  }

  private static let disc = PixelImage(
    width: 64, height: 48,
    bytes: (0..<48).flatMap { y in
      (0..<64).flatMap { x -> [UInt8] in
        let level: UInt8 = (x - 32) * (x - 32) + (y - 24) * (y - 24) < 300 ? 230 : 10
        return [level, level, level]
      }
    })

  private func generate(_ arguments: String...) throws -> FinishedRun {
    try workplace.run(
      [
        "generate", "three stars", "--model", "sigma-tiny", "--steps", "2", "--seed", "3",
        "--quiet",
      ] + arguments, environment: environment)
  }

  private func recipe(_ name: String) throws -> Recipe {
    try Recipe(of: URL(filePath: workplace.path(name)))
  }

  @Test func makesAPictureThatCanBeVerified() throws {
    try generate(
      "--condition", "disc.png", "--control", "tiny-controlnet", "--control-end", "0.5",
      "--size", "48x64", "--output", "a.png"
    ).expectSuccess()
    let recipe = try recipe("a.png")
    #expect(recipe.condition == "disc.png" && recipe.edges == "canny")
    #expect(recipe.control == "tiny-controlnet" && recipe.controlEnd == 0.5)
    #expect(recipe.conditionDigest == Self.disc.digest && recipe.controlHash?.count == 16)
    let verified = try workplace.run(["verify", "a.png"], environment: environment)
    verified.expectSuccess()
    #expect(verified.output == "exact   a.png\n")
    // The same, led by another network.
    let net = workplace.folder.appending(path: "models/tiny-ControlNet.safetensors")
    let weights = try Data(contentsOf: net)
    var other = weights
    other[weights.count - 3] ^= 0x10
    try FormulaControlNet.write(to: net, width: 72, copies: 1) {
      $0["controlnet.0.more"] = [4]
    }
    let changed = try workplace.run(["verify", "a.png"], environment: environment)
    #expect(
      changed.output.contains("the ControlNet's weights are others now ("), "\(changed)")
    try FileManager.default.removeItem(at: net)
    let missing = try workplace.run(["verify", "a.png"], environment: environment)
    #expect(
      missing.code == 1
        && missing.output.hasPrefix("failed  a.png: There is no ControlNet 'tiny-controlnet'."),
      "\(missing)")
    try FileManager.default.removeItem(atPath: workplace.path("disc.png"))
    let gone = try workplace.run(["verify", "a.png"], environment: environment)
    #expect(
      gone.output.hasPrefix("failed  a.png: Cannot read '\(workplace.path("disc.png"))': No such"),
      "\(gone)")
  }

  /// 48 / 64 is as far from 0.72 as from 0.78, of which the table has the first before;
  /// sigma-tiny was made for 256 px.
  @Test func takesTheSizeOfTheCondition() throws {
    try generate(
      "--condition", "disc.png", "--control", "tiny-controlnet", "--output", "a.png",
      "--steps", "1"
    ).expectSuccess()
    #expect(try recipe("a.png").size == .init(width: 288, height: 208))
  }

  @Test func takesConditionsInBatches() throws {
    try workplace.write(
      "batch.jsonl",
      Data(
        """
        {"prompt": "three stars", "model": "sigma-tiny", "steps": 2, "size": "48x48", \
        "condition": "disc.png", "control": "tiny-controlnet", "control-strength": 0.5}

        """.utf8))
    try workplace.run(
      ["generate", "--batch", "batch.jsonl", "--output", "out/", "--quiet"],
      environment: environment
    ).expectSuccess()
    let made = try FileManager.default.contentsOfDirectory(atPath: workplace.path("out"))
      .filter { $0.hasSuffix(".png") }
    #expect(made.count == 1)
    #expect(try recipe("out/\(made[0])").controlStrength == 0.5)
  }

  @Test func refusesOptionsInVain() throws {
    for (arguments, message) in [
      (["--edges", "canny"], "--edges changes nothing without --condition."),
      (
        ["--condition", "disc.png", "--edges", "depth"], "Edges come from one of hed, canny, none."
      ),
      (["--condition", "disc.png", "--control-end", "0"], "Control from 0.0 to 0.0 of the steps"),
      (["--condition", "disc.png", "--control-scale", "-1"], "Control scale -1.0 was asked for"),
    ] {
      let run = try workplace.run(["generate", "a fox"] + arguments, environment: environment)
      #expect(run.code == 2 && run.error.contains(message), "\(run)")
    }
    let run = try generate("--condition", "disc.png")
    #expect(
      run.code == 1
        && run.error.contains("sigma-tiny comes without a ControlNet, but a condition picture"),
      "\(run)")
  }

  // MARK: Edges

  @Test func writesEdges() throws {
    let run = try workplace.run(["edges", "disc.png", "-o", "map.png"], environment: environment)
    run.expectSuccess()
    #expect(run.output == "map.png\n")
    let map = try ImageFile.decode(URL(filePath: workplace.path("map.png")))
    #expect(map.width == 64 && map.height == 48)
    #expect(Set(map.bytes) == [0, 255])
    // The middle row meets the circle twice.
    let row = (0..<64).filter { map.bytes[3 * (24 * 64 + $0)] == 255 }
    #expect(row.count == 2 && abs(row[0] - 15) <= 1 && abs(row[1] - 48) <= 1, "\(row)")
    // A map is used as it is; so it is its own map.
    try workplace.run(
      ["edges", "map.png", "-o", "again.png", "--edges", "none"], environment: environment
    ).expectSuccess()
    #expect(
      try ImageFile.decode(URL(filePath: workplace.path("again.png"))).bytes == map.bytes)
    try workplace.run(
      ["edges", "map.png", "-o", "small.png", "--edges", "none", "--size", "16x32"],
      environment: environment
    ).expectSuccess()
    let small = try ImageFile.decode(URL(filePath: workplace.path("small.png")))
    #expect(small.width == 16 && small.height == 32)
    let hed = try workplace.run(
      ["edges", "disc.png", "-o", "x.png", "--edges", "hed"], environment: environment)
    #expect(hed.code == 1 && hed.error.hasPrefix("pixart: There is no HED edge detector."))
  }

  // MARK: Models

  @Test func saysWhatNetworksThereAre() throws {
    let run = try workplace.run(["models"], environment: environment)
    run.expectSuccess()
    let models = environment["PIXART_MODELS"] ?? ""
    #expect(
      run.output.contains(
        "Beside them:\ntiny-ControlNet.safetensors  a ControlNet-Transformer  "
          + "\(models)/tiny-ControlNet.safetensors\n"), "\(run)")
    let net = try workplace.run(["models", "inspect", "\(models)/tiny-ControlNet.safetensors"])
    net.expectSuccess()
    #expect(
      net.output.contains(
        "  leads       transformers of width 72 by 1 copied blocks; without a transformer of its own"
      ), "\(net)")
    let official = Golden.root.appending(path: "j-controlnet/ms-half/model.pth").path
    let published = try workplace.run(["models", "inspect", official])
    #expect(published.output.hasPrefix("model.pth: a ControlNet-Transformer\n"), "\(published)")
    #expect(published.output.contains("transformers of width 24 by 3 copied blocks"))
  }
}
