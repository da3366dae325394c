import Checkpoints
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct ModelInspectionTests {
  /// Parameters counted by the safetensors library (Python); no golden model has a fault.
  @Test(arguments: [
    ("sigma-tiny", 256, 236_408, 184_976, 100_247), ("alpha-tiny", 1024, 119_920, 116_360, 58227),
    ("lcm-tiny", 1024, 119_536, 89440, 49459),
  ])
  func wholeModels(_ name: String, _ size: Int, _ transformer: Int, _ text: Int, _ vae: Int) throws
  {
    let inspection = ModelInspection(try ModelFolder(Golden.model(name)))
    #expect(inspection.problems == [])
    #expect(inspection.parts.flatMap(\.notes) == [])
    #expect(inspection.nativeSize == size)
    #expect(inspection.parts.map(\.parameters) == [transformer, text, 0, vae, 0])
    #expect(inspection.parts.first?.formats == [.float32: transformer])
    #expect(inspection.parts.first?.weightBytes == 4 * transformer)
    #expect(inspection.parameters == transformer + text + vae)
    #expect(inspection.parts[1].className == "T5EncoderModel")
    #expect(inspection.parts[3].className == "AutoencoderKL")
  }

  /// Parameters and bytes counted in Python over the headers of the files.
  @Test func theDefaultModel() throws {
    let inspection = ModelInspection(try ModelFolder(defaultModel))
    #expect(inspection.problems == [])
    #expect(inspection.nativeSize == 128)
    #expect(inspection.parts.map(\.parameters) == [13_295_904, 2_164_608, 0, 3_406_663, 0])
    #expect(inspection.parts.first?.formats == [.bfloat16: 13_295_904])
    #expect(inspection.parts.first?.weightBytes == 26_591_808)
    #expect(inspection.parts[3].className == "AutoencoderKL")
    // The autoencoder at 128 px: two maps of 64 channels and three of 32.
    #expect(inspection.parts[3].activationBytes == 128 * 128 * (2 * 64 + 3 * 32) * 4)
    // 64 tokens of width 256, ten rows each, twice for guidance.
    #expect(inspection.parts[0].activationBytes == 2 * 64 * 256 * 10 * 4)
    #expect(
      inspection.peakBytes == inspection.parts.map { $0.weightBytes + $0.activationBytes }.max())
    // Two shards, their index and the configuration.
    #expect(inspection.parts[0].diskBytes == 14_908_944 + 11_711_512 + 26_684 + 654)
  }

  @Test func partialModelsSayWhatIsMissing() throws {
    let dmd = try ModelFolder(Golden.model("dmd-tiny"))
    #expect(ModelInspection(dmd).problems == ["missing: text encoder, tokenizer, autoencoder"])
    let complete = try dmd.completed(from: ModelFolder(Golden.model("alpha-tiny")))
    let inspection = ModelInspection(complete)
    #expect(inspection.problems == [])
    #expect(inspection.parts.map(\.lender) == [nil, "alpha-tiny", "alpha-tiny", "alpha-tiny", nil])
  }

  @Test func comparesTensorsWithTheConfiguration() throws {
    let folder = try TemporaryFolder()
    let url = try folder.copy(Golden.model("sigma-tiny"), to: "m")
    func edit(_ path: String, _ old: String, _ new: String) throws {
      let file = url.appending(path: path)
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains(old))
      try text.replacing(old, with: new).write(to: file, atomically: true, encoding: .utf8)
    }
    try edit("transformer/config.json", #""num_layers": 2"#, #""num_layers": 3"#)
    try edit("text_encoder/config.json", #""d_ff": 100"#, #""d_ff": 104"#)
    try edit("vae/config.json", #""layers_per_block": 2"#, #""layers_per_block": 1"#)
    let inspection = ModelInspection(try ModelFolder(url))
    #expect(
      inspection.problems == [
        "transformer: 21 of 78 tensors missing: 'transformer_blocks.2.scale_shift_table' "
          + "(nearest there: 'transformer_blocks.0.scale_shift_table')",
        "text encoder: 'encoder.block.0.layer.1.DenseReluDense.wi_0.weight' is [100, 48] instead "
          + "of [104, 48], and 8 more such",
      ])
    let notes = inspection.parts[3].notes
    #expect(
      notes.count == 1 && notes[0].hasPrefix("64 unused tensors: 'decoder.up_blocks.0.resnets.2"))
  }

  @Test func weightsThatContradictTheConfigurationAreNoted() throws {
    let folder = try TemporaryFolder()
    let url = try folder.copy(Golden.model("sigma-tiny"), to: "m")
    let file = url.appending(path: "transformer/config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing(
      #""use_additional_conditions": false"#, with: #""use_additional_conditions": true"#
    ).write(to: file, atomically: true, encoding: .utf8)
    let inspection = ModelInspection(try ModelFolder(url))
    #expect(inspection.problems == [])
    #expect(
      inspection.parts[0].notes == [
        "config.json says use_additional_conditions true, but the weights say false, which is "
          + "what counts"
      ])
  }

  @Test func damagedPartsAreProblemsNotErrors() throws {
    let folder = try TemporaryFolder()
    let url = try folder.copy(Golden.model("sigma-tiny"), to: "m")
    let weights = try folder.write("m/transformer/diffusion_pytorch_model.safetensors", "<html>….")
    try folder.write("m/vae/config.json", #"{"_class_name":"AutoencoderKL"}"#)
    let inspection = ModelInspection(try ModelFolder(url))
    #expect(
      inspection.problems == [
        "transformer: \(weights.path) is a web page, not weights. Download the file itself, not "
          + "the page about it.",
        "autoencoder: \(url.path)/vae/config.json has nothing for 'block_out_channels', but a "
          + "list of 1 to 6 whole numbers from 1 to 8192 was needed. Check that it belongs to "
          + "this model, or download it again.",
      ])
  }
}
