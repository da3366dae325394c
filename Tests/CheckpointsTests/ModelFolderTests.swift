import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ModelFolderTests {
  @Test(arguments: [
    ("sigma-tiny", ModelFamily.sigma, "PixArtSigmaPipeline"),
    ("alpha-tiny", .alpha, "PixArtAlphaPipeline"), ("lcm-tiny", .alpha, "PixArtAlphaPipeline"),
  ])
  func wholeModels(_ name: String, _ family: ModelFamily, _ pipelineClass: String) throws {
    let model = try ModelFolder(Golden.model(name))
    #expect(model.name == name)
    #expect(model.family == family)
    #expect(model.familyEvidence == "model_index.json")
    #expect(model.pipelineClass == pipelineClass)
    #expect(model.missing.isEmpty && model.borrowings.isEmpty)
    #expect(try model.tokenizerFile().path == Golden.model(name).path + "/tokenizer/spiece.model")
    #expect(try model.completed(among: []).parts == model.parts)
  }

  @Test func opensItsParts() throws {
    let model = try ModelFolder(Golden.model("alpha-tiny"))
    let weights = try model.checkpoint(.transformer)
    let transformer = try model.transformerConfiguration(weights)
    #expect(transformer.captionChannels == 40 && transformer.useAdditionalConditions)
    #expect(try model.textEncoderConfiguration().dModel == 40)
    #expect(try model.checkpoint(.textEncoder).names.count == 21)
    #expect(try model.autoencoderConfiguration().scalingFactor == 0.18215)
    let scheduler = try model.configuration(.scheduler)
    #expect(try scheduler.string("_class_name") == "DPMSolverMultistepScheduler")
    #expect(ModelFamily.alpha.maxTokens == 120 && ModelFamily.sigma.maxTokens == 300)
  }

  // MARK: Families

  /// A folder with these golden parts, named `name`.
  private func assemble(
    _ folder: TemporaryFolder, _ name: String, _ parts: [(String, from: String)],
    index: String? = nil
  ) throws -> URL {
    for (part, source) in parts {
      try folder.copy(Golden.model("\(source)/\(part)"), to: "\(name)/\(part)")
    }
    if let index { try folder.write("\(name)/model_index.json", index) }
    return folder.url.appending(path: name)
  }

  @Test(arguments: [
    // The scheduler of a one-step model, which came from α only.
    (
      "dmd", ["transformer", "scheduler"], "dmd-tiny", ModelFamily.alpha,
      "the scheduler 'DDPMScheduler'"
    ),
    // Its tensors for size and aspect ratio.
    (
      "anything-sigma", ["transformer"], "alpha-tiny", .alpha,
      "the transformer takes size and aspect ratio"
    ),
    (
      "PixArt-Sigma-XL-2-256x256", ["transformer"], "sigma-tiny", .sigma,
      "the name 'PixArt-Sigma-XL-2-256x256'"
    ),
    (
      "PixArt-XL-2-256x256", ["transformer"], "sigma-tiny", .alpha, "the name 'PixArt-XL-2-256x256'"
    ),
    (
      "mine", ["transformer", "vae"], "sigma-tiny", .sigma,
      "the autoencoder's scaling factor 0.13025"
    ),
    ("mine", ["transformer"], "sigma-tiny", .sigma, "the keys of the transformer's config.json"),
  ])
  func familyOfPartialModels(
    _ name: String, _ parts: [String], _ source: String, _ family: ModelFamily, _ evidence: String
  ) throws {
    let folder = try TemporaryFolder()
    let model = try ModelFolder(assemble(folder, name, parts.map { ($0, from: source) }))
    #expect(model.family == family)
    #expect(model.familyEvidence == evidence)
    #expect(Set(model.missing.map(\.rawValue)).isDisjoint(with: parts))
  }

  @Test func theFamilyCanBeAskedFor() throws {
    let model = try ModelFolder(Golden.model("dmd-tiny"), family: .sigma)
    #expect(model.family == .sigma && model.familyEvidence == "as asked for")
  }

  /// As published: PixArt-Σ's shared parts name PixArt-α's pipeline and hold no transformer.
  @Test func sharedPartsOfSigma() throws {
    let folder = try TemporaryFolder()
    let shared = try assemble(
      folder, "shared",
      ["text_encoder", "tokenizer", "vae", "scheduler"].map { ($0, from: "sigma-tiny") },
      index: #"{"_class_name":"PixArtAlphaPipeline","transformer":[null,null]}"#)
    let model = try ModelFolder(shared)
    #expect(model.family == .sigma)
    #expect(model.missing == [.transformer])
    #expect(
      message { _ = try model.completed(among: []) }
        == "shared has no transformer, only text encoder, tokenizer, autoencoder, scheduler: it "
        + "completes other models. Choose a model with a transformer.")

    let partial = try ModelFolder(
      assemble(folder, "PixArt-Sigma-XL-2-512-MS", [("transformer", from: "sigma-tiny")]))
    let complete = try partial.completed(among: [model])
    #expect(complete.missing.isEmpty)
    #expect(complete.borrowings == ["text encoder, tokenizer, autoencoder, scheduler from shared"])
    #expect(try complete.checkpoint(.textEncoder).names.count == 30)
  }

  @Test func absentComponentsAreAbsentEvenIfTheirFolderIsThere() throws {
    let folder = try TemporaryFolder()
    let url = try assemble(
      folder, "m", [("transformer", from: "sigma-tiny"), ("vae", from: "sigma-tiny")],
      index: #"{"_class_name":"PixArtSigmaPipeline","vae":[null,null]}"#)
    #expect(try ModelFolder(url).missing == [.textEncoder, .tokenizer, .autoencoder, .scheduler])
  }

  // MARK: Completion

  @Test func borrowsFromTheFamilyAndWhatFits() throws {
    let dmd = try ModelFolder(Golden.model("dmd-tiny"))
    let others = try ["sigma-tiny", "lcm-tiny", "alpha-tiny"].map {
      try ModelFolder(Golden.model($0))
    }
    let complete = try dmd.completed(among: others)
    // lcm-tiny's text encoder has another width; its autoencoder would do and comes first.
    #expect(
      complete.borrowings == [
        "text encoder, tokenizer from alpha-tiny", "autoencoder from lcm-tiny",
      ])
    #expect(complete.parts[.scheduler]?.lender == nil)
  }

  @Test func takesTheAutoencoderFromItsOwnFamilyOnly() throws {
    let folder = try TemporaryFolder()
    let partial = try ModelFolder(
      assemble(
        folder, "m",
        [("transformer", from: "dmd-tiny"), ("scheduler", from: "dmd-tiny")]), family: .sigma)
    let alpha = try ModelFolder(Golden.model("alpha-tiny"))
    #expect(
      message { _ = try partial.completed(among: [alpha]) }
        == "m has no autoencoder, and no known model lends it. Download a whole PixArt-Σ model "
        + "whose text encoder has a width of 40.")
    // Whoever names the lender knows why.
    #expect(
      try partial.completed(from: alpha).borrowings == [
        "text encoder, tokenizer, autoencoder from alpha-tiny"
      ])
  }

  @Test func prefersThePublishedLender() throws {
    let folder = try TemporaryFolder()
    let parts = ["text_encoder", "tokenizer", "vae", "scheduler"]
    let names = ["aaa-sigma", "ORG/PixArt-Sigma-XL-2-1024-MS", "pixart_sigma_sdxlvae_T5_diffusers"]
    let lenders = try names.map { name in
      try ModelFolder(
        assemble(folder, name, parts.map { ($0, from: "sigma-tiny") }), name: name)
    }
    let partial = try ModelFolder(
      assemble(folder, "p-sigma", [("transformer", from: "sigma-tiny")]))
    #expect(
      try partial.completed(among: lenders).parts[.autoencoder]?.lender
        == "pixart_sigma_sdxlvae_T5_diffusers")
    #expect(
      try partial.completed(among: Array(lenders[..<2])).parts[.autoencoder]?.lender
        == "ORG/PixArt-Sigma-XL-2-1024-MS")
  }

  // MARK: No models

  @Test func saysWhatAFolderIsInstead() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    #expect(
      message { _ = try ModelFolder(folder.url) }
        == "\(path) is no model: it holds nothing, but model_index.json or a transformer folder "
        + "was needed. Give the folder that holds these.")
    for i in 0..<7 { try folder.write("picture\(i).png", "") }
    #expect(
      message { _ = try ModelFolder(folder.url) }
        == "\(path) is no model: it holds 'picture0.png', 'picture1.png', 'picture2.png', "
        + "'picture3.png', 'picture4.png' and 2 more, but model_index.json or a transformer "
        + "folder was needed. Give the folder that holds these.")
    let part = Golden.model("sigma-tiny/transformer")
    #expect(
      message { _ = try ModelFolder(part) }
        == "\(part.path) is one part of a model ('PixArtTransformer2DModel'), but a whole model "
        + "was needed. Give the folder above it.")
    let file = Golden.model("sigma-tiny/model_index.json")
    #expect(
      message { _ = try ModelFolder(file) }
        == "\(file.path) is a file, but a model is a folder with model_index.json and one folder "
        + "for each part. Give that folder.")
    let nowhere = folder.url.appending(path: "nowhere")
    #expect(
      message { _ = try ModelFolder(nowhere) }
        == "\(nowhere.path) does not exist. Check the path; 'pixart models' lists the models by "
        + "name.")
    try folder.write("model_index.json", #"{"_class_name":"StableDiffusionPipeline"}"#)
    #expect(
      message { _ = try ModelFolder(folder.url) }
        == "\(path) is a model for 'StableDiffusionPipeline', but one for 'PixArtAlphaPipeline' "
        + "or 'PixArtSigmaPipeline' was needed. Choose a PixArt model.")
  }
}
