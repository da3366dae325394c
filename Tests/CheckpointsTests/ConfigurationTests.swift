import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  private func file(_ text: String) throws -> ConfigurationFile {
    try ConfigurationFile(source: "config.json", json: Data(text.utf8))
  }

  /// A file of the golden models with some keys changed; `nil` takes a key away.
  private func changed(_ path: String, _ changes: [String: Any?]) throws -> ConfigurationFile {
    var values = try ConfigurationFile(Golden.model(path)).foundation
    for (key, value) in changes { values[key] = value }
    return try ConfigurationFile(
      source: "config.json", json: JSONSerialization.data(withJSONObject: values))
  }

  // MARK: Files

  @Test func readsMinusInfinity() throws {
    let scheduler = try ConfigurationFile(
      Golden.model("sigma-tiny/scheduler/scheduler_config.json"))
    #expect(scheduler["lambda_min_clipped"] == .number(-.infinity))
    #expect(scheduler.foundation["beta_end"] as? Double == 0.02)
    #expect(scheduler["trained_betas"] == nil)
  }

  @Test func saysWhatIsWrongWithAFile() throws {
    let folder = try TemporaryFolder()
    let missing = folder.url.appending(path: "config.json")
    #expect(
      message { _ = try ConfigurationFile(missing) }
        == "\(missing.path) does not exist. Check the path, or download the file.")
    #expect(
      message { _ = try file("{\"a\":") }
        == "config.json is not valid JSON: there is the end at byte 5 where a value was needed. "
        + "Download it again.")
    #expect(
      message { _ = try file("[1]") }
        == "config.json holds a list of 1, but an object with keys was needed. "
        + "Download it again.")
    let long = try folder.write("long.json", String(repeating: " ", count: 1_000_001))
    #expect(
      message { _ = try ConfigurationFile(long) }
        == "\(long.path) has 1000001 bytes, but a configuration has at most 1000000. "
        + "Download it again.")
  }

  @Test func saysWhichValueIsWrong() throws {
    let file = try file(#"{"a":"x","b":2.5,"c":7,"d":null,"e":[1,"2"]}"#)
    let advice = "Check that it belongs to this model, or download it again."
    #expect(
      message { _ = try file.integer("a", in: 1...9) }
        == "config.json has 'x' for 'a', but a whole number from 1 to 9 was needed. \(advice)")
    #expect(
      message { _ = try file.integer("b", in: 1...9) }
        == "config.json has 2.5 for 'b', but a whole number from 1 to 9 was needed. \(advice)")
    #expect(
      message { _ = try file.number("c", in: 0...5) }
        == "config.json has 7 for 'c', but a number from 0.0 to 5.0 was needed. \(advice)")
    #expect(
      message { _ = try file.bool("d") }
        == "config.json has null for 'd', but true or false was needed. \(advice)")
    #expect(
      message { _ = try file.string("f") }
        == "config.json has nothing for 'f', but a text was needed. \(advice)")
    #expect(
      message { _ = try file.integers("e", in: 1...9, count: 1...4) }
        == "config.json has a list of 2 for 'e', but a list of 1 to 4 whole numbers from 1 to 9 "
        + "was needed. \(advice)")
    #expect(try file.integer("c", in: 1...9) == 7)
    #expect(try file.bool("d", default: true))
  }

  // MARK: Transformer

  @Test func transformer() throws {
    let sigma = try TransformerConfiguration(
      ConfigurationFile(Golden.model("sigma-tiny/transformer/config.json")))
    #expect(sigma.numLayers == 2)
    #expect(sigma.numAttentionHeads == 4)
    #expect(sigma.attentionHeadDim == 18)
    #expect(sigma.hiddenSize == 72)
    #expect(sigma.captionChannels == 48)
    #expect(sigma.inChannels == 4)
    #expect(sigma.outChannels == 8)
    #expect(sigma.sampleSize == 32)
    #expect(sigma.patchSize == 2)
    #expect(sigma.baseSize == 16)
    #expect(sigma.nativeSize == 256)
    #expect(sigma.interpolationScale == 0.5)
    #expect(sigma.normEpsilon == 1e-6)
    #expect(!sigma.useAdditionalConditions)
  }

  /// diffusers: `max(sample_size // 64, 1)` and `sample_size == 128` for what is null or absent.
  @Test(arguments: [(32, 1, false), (64, 1, false), (128, 2, true), (256, 4, false)])
  func absentKeysFollowDiffusers(_ sampleSize: Int, _ scale: Float, _ conditions: Bool) throws {
    for value in [NSNull(), nil] as [Any?] {
      let configuration = try TransformerConfiguration(
        changed(
          "alpha-tiny/transformer/config.json",
          [
            "sample_size": sampleSize, "interpolation_scale": value,
            "use_additional_conditions": value,
          ]))
      #expect(configuration.interpolationScale == scale)
      #expect(configuration.useAdditionalConditions == conditions)
    }
  }

  @Test func weightsDecideAboutAdditionalConditions() throws {
    let alpha = try Checkpoint(folder: Golden.model("alpha-tiny/transformer"))
    let sigma = try Checkpoint(folder: Golden.model("sigma-tiny/transformer"))
    let stated = try TransformerConfiguration(
      changed("alpha-tiny/transformer/config.json", ["use_additional_conditions": false]))
    #expect(!stated.useAdditionalConditions)
    #expect(stated.agreeing(with: alpha).useAdditionalConditions)
    #expect(!stated.agreeing(with: alpha).agreeing(with: sigma).useAdditionalConditions)
  }

  @Test func refusesOtherTransformers() throws {
    func refusal(_ changes: [String: Any?]) -> String {
      message {
        _ = try TransformerConfiguration(changed("alpha-tiny/transformer/config.json", changes))
      }
    }
    #expect(
      refusal(["_class_name": "SD3Transformer2DModel"])
        == "config.json has 'SD3Transformer2DModel' for '_class_name', but only a PixArt "
        + "transformer, 'PixArtTransformer2DModel' can be used. Choose a model of this kind.")
    #expect(
      refusal(["norm_type": "ada_norm_zero"])
        == "config.json has 'Transformer2DModel' (norm 'ada_norm_zero') for '_class_name', but "
        + "only a PixArt transformer, 'PixArtTransformer2DModel' can be used. "
        + "Choose a model of this kind.")
    #expect(
      refusal(["activation_fn": "geglu"])
        == "config.json has 'geglu' for 'activation_fn', but only 'gelu-approximate' can be used. "
        + "Choose a model of this kind.")
    #expect(refusal(["only_cross_attention": true]).contains("only false can be used"))
  }

  @Test(arguments: [
    ("num_layers", 0), ("num_layers", 1_000_000_000), ("num_attention_heads", -3),
    ("attention_head_dim", 1 << 40), ("sample_size", 0), ("sample_size", 129),
    ("caption_channels", 0), ("patch_size", 0), ("cross_attention_dim", 49), ("out_channels", 5),
    ("attention_head_dim", 15), ("norm_eps", 7), ("interpolation_scale", 0),
  ])
  func refusesAbsurdSizes(_ key: String, _ value: Int) throws {
    let configuration = try changed("alpha-tiny/transformer/config.json", [key: value])
    #expect(throws: ConfigurationError.self) { try TransformerConfiguration(configuration) }
    #expect(
      message { _ = try TransformerConfiguration(configuration) }
        .hasPrefix("config.json has \(value) for '\(key)', but "))
  }

  // MARK: Text encoder and autoencoders

  @Test func textEncoder() throws {
    let encoder = try T5Configuration(
      ConfigurationFile(Golden.model("alpha-tiny/text_encoder/config.json")))
    #expect(encoder.numLayers == 2)
    #expect(encoder.numHeads == 5)
    #expect(encoder.dModel == 40)
    #expect(encoder.dFF == 72)
    #expect(encoder.dKV == 8)
    #expect(encoder.vocabSize == 2148)
    #expect(encoder.relativeAttentionNumBuckets == 32)
    #expect(encoder.relativeAttentionMaxDistance == 128)
    #expect(encoder.layerNormEpsilon == 1e-6)
    #expect(
      message {
        _ = try T5Configuration(
          changed("alpha-tiny/text_encoder/config.json", ["feed_forward_proj": "relu"]))
      }
        == "config.json has 'relu' for 'feed_forward_proj', but only 'gated-gelu', a T5 of "
        + "version 1.1, can be used. Choose a model of this kind.")
  }

  @Test func autoencoderKL() throws {
    let file = try ConfigurationFile(Golden.model("sigma-tiny/vae/config.json"))
    guard case .kl(let autoencoder) = try AutoencoderConfiguration(file) else {
      Issue.record("not an AutoencoderKL")
      return
    }
    #expect(autoencoder.blockOutChannels == [8, 12, 16, 16])
    #expect(autoencoder.layersPerBlock == 2)
    #expect(autoencoder.normNumGroups == 4)
    #expect(autoencoder.latentChannels == 4)
    #expect(autoencoder.scalingFactor == 0.13025)
    #expect(autoencoder.shiftFactor == 0)
    #expect(autoencoder.sampleSize == 1024)
    #expect(autoencoder.useQuantConv && autoencoder.usePostQuantConv)
    #expect(autoencoder.spatialFactor == 8)
    #expect(
      message {
        _ = try AutoencoderConfiguration(
          changed("sigma-tiny/vae/config.json", ["norm_num_groups": 3]))
      }.contains("a divisor of all block_out_channels, of 8 too, was needed"))
  }

  @Test func autoencoderTiny() throws {
    let file = try ConfigurationFile(Golden.model("taesd-tiny/config.json"))
    guard case .tiny(let autoencoder) = try AutoencoderConfiguration(file) else {
      Issue.record("not an AutoencoderTiny")
      return
    }
    #expect(autoencoder.encoderChannels == 12 && autoencoder.decoderChannels == 12)
    #expect(autoencoder.numEncoderBlocks == [1, 3, 3, 3])
    #expect(autoencoder.numDecoderBlocks == [3, 3, 3, 1])
    #expect(autoencoder.latentMagnitude == 3 && autoencoder.latentShift == 0.5)
    #expect(autoencoder.upsamplingScalingFactor == 2)
    #expect(autoencoder.scalingFactor == 1)
    #expect(autoencoder.spatialFactor == 8)
    #expect(
      message {
        _ = try AutoencoderConfiguration(
          changed("taesd-tiny/config.json", ["_class_name": "AutoencoderDC"]))
      }
        == "config.json has 'AutoencoderDC' for '_class_name', but only 'AutoencoderKL' or "
        + "'AutoencoderTiny' can be used. Choose a model of this kind.")
  }
}
