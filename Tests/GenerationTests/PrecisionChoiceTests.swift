import Checkpoints
import Foundation
import Kernels
import Schedulers
import TestSupport
import Testing

@testable import Generation

/// What a model is computed in, and the reason that is given.
@Suite struct PrecisionChoiceTests {
  private let device = CPU(threads: 1)
  private let small: ModelDescription

  init() throws { small = ModelDescription(try ModelFolder(Golden.model("sigma-tiny"))) }

  @Test func followsTheRequestFirst() {
    let choice = small.precision(on: device, asked: .fp32, begun: .bf16)
    #expect(choice.precision == .fp32 && choice.reason == .asked)
    #expect("\(choice)" == "fp32, as asked for")
    #expect(!choice.lacksInstructions)
  }

  @Test func goesOnAsItWasBegun() {
    let choice = small.precision(on: device, begun: .fp32)
    #expect("\(choice)" == "fp32, as it was begun")
  }

  @Test func leavesSmallModelsAlone() {
    let choice = small.precision(on: device)
    #expect("\(choice)" == "fp32, as the model is too small to gain from less")
    #expect(!choice.lacksInstructions)
  }

  /// Which of both it is depends on the processor, and on `PIXART_INSTRUCTIONS`.
  @Test func takesWhatTheProcessorHasForLargeModels() throws {
    let choice = try Self.large().precision(on: device)
    if InstructionSet.best >= .avx512bf16 {
      #expect(
        "\(choice)"
          == "bf16, which this processor has instructions for (\(InstructionSet.current))")
      #expect(!choice.lacksInstructions)
    } else {
      #expect(
        "\(choice)"
          == "fp32, as this processor has no instructions for bf16 (\(InstructionSet.current))")
      #expect(choice.lacksInstructions && choice.hasInstructions)
    }
  }

  /// The tiny model with the transformer's configuration of Sigma XL/2.
  private static func large() throws -> ModelDescription {
    let folder = try ModelFolder(Golden.model("sigma-tiny"))
    let small = ModelDescription(folder)
    let json = """
      {"_class_name": "PixArtTransformer2DModel", "activation_fn": "gelu-approximate",
       "attention_bias": true, "attention_head_dim": 72, "num_attention_heads": 16,
       "num_layers": 28, "cross_attention_dim": 1152, "caption_channels": 4096,
       "in_channels": 4, "out_channels": 8, "patch_size": 2, "sample_size": 128,
       "interpolation_scale": 2, "norm_type": "ada_norm_single",
       "norm_elementwise_affine": false, "norm_eps": 1e-6, "num_embeds_ada_norm": 1000,
       "use_additional_conditions": false}
      """
    return ModelDescription(
      imitating: folder,
      transformer: try TransformerConfiguration(
        ConfigurationFile(source: "a test", json: Data(json.utf8))),
      autoencoder: try #require(small.autoencoder), textEncoder: try #require(small.textEncoder),
      scheduler: try #require(small.scheduler))
  }

  @Test func saysThatInstructionsAreMissing() {
    let choice = PrecisionChoice.asked(.int8, on: device)
    #expect(choice.hasInstructions == (InstructionSet.best >= .avx512vnni))
    #expect(choice.lacksInstructions != choice.hasInstructions)
    #expect("\(choice)".contains("no instructions for it") == choice.lacksInstructions)
  }
}
