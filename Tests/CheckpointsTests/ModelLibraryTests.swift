import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ModelLibraryTests {
  private let folder: TemporaryFolder
  private let home: URL

  init() throws {
    folder = try TemporaryFolder()
    home = folder.url.appending(path: "home")
  }

  private func library(_ environment: [String: String] = [:]) -> ModelLibrary {
    ModelLibrary(
      environment: environment, home: home,
      executable: folder.url.appending(path: "prefix/bin/pixart"))
  }

  private func add(_ golden: String, _ path: String) throws {
    try folder.copy(Golden.model(golden), to: path)
  }

  // MARK: Places

  @Test func looksWhereTheEnvironmentSays() {
    let places = library([
      "PIXART_MODELS": "/a:~/b", "XDG_DATA_HOME": "/data", "HF_HOME": "/hf",
    ]).places.map(\.path)
    #expect(places == ["/a", home.path + "/b", "/data/pixart/models", "/hf/hub"])
    #expect(
      library(["HF_HUB_CACHE": "/hub", "HF_HOME": "/hf"]).places.last?.path == "/hub")
    #expect(
      library(["PIXART_MODELS": "", "XDG_DATA_HOME": "", "HF_HOME": ""]).places.map(\.path) == [
        home.path + "/.local/share/pixart/models", home.path + "/.cache/huggingface/hub",
      ])
    #expect(
      library(["XDG_CACHE_HOME": "/cache"]).places.last?.path == "/cache/huggingface/hub")
  }

  @Test func findsModelsInAllPlaces() throws {
    try add("sigma-tiny", "mine/first")
    try add("alpha-tiny", "mine/org/second")
    try add("lcm-tiny", "home/.local/share/pixart/models/third")
    try add("dmd-tiny", "home/.cache/huggingface/hub/models--PixArt-alpha--PixArt-DMD/snapshots/r1")
    try folder.copy(defaultModel, to: "prefix/share/pixart/default-model")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "mine").path])
    #expect(
      library.entries.map(\.name) == [
        "first", "org/second", "third", "PixArt-alpha/PixArt-DMD", "default",
      ])
    #expect(library.entries.allSatisfy { (try? $0.model.get()) != nil })
  }

  @Test func aFolderOfModelsMayBeAModel() throws {
    try add("sigma-tiny", "one")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "one").path])
    #expect(library.entries.map(\.name) == ["one"])
  }

  // MARK: Hugging Face

  private let repository = "home/.cache/huggingface/hub/models--ORG--pixart-m"

  @Test func takesTheRevisionThatMainNames() throws {
    try add("sigma-tiny", "\(repository)/snapshots/aaa")
    try add("alpha-tiny", "\(repository)/snapshots/bbb")
    try folder.write("\(repository)/refs/main", "aaa\n")
    #expect(try library().model("ORG/pixart-m").family == .sigma)
    try folder.write("\(repository)/refs/main", "bbb")
    #expect(try library().model("ORG/pixart-m").family == .alpha)
  }

  @Test(arguments: ["", "../../../../mine", "gone"])
  func takesTheNewestRevisionIfMainNamesNone(_ main: String) throws {
    try add("alpha-tiny", "\(repository)/snapshots/zzz")
    try add("sigma-tiny", "\(repository)/snapshots/aaa")
    try add("alpha-tiny", "home/mine")
    let old = folder.url.appending(path: "\(repository)/snapshots/zzz").path
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: old)
    try folder.write("\(repository)/refs/main", main)
    #expect(try library().model("ORG/pixart-m").family == .sigma)
  }

  /// Files of the cache are links into its `blobs`; what was not downloaded yet leads nowhere.
  @Test func followsLinksAndSaysWhatIsNotDownloaded() throws {
    let snapshot = "\(repository)/snapshots/aaa"
    try add("sigma-tiny", snapshot)
    let weights = "\(snapshot)/transformer/diffusion_pytorch_model.safetensors"
    let link = folder.url.appending(path: weights)
    let blob = folder.url.appending(path: "\(repository)/blobs/123")
    try FileManager.default.createDirectory(
      at: blob.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: link, to: blob)
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: "../../../blobs/123")
    let model = try library().model("pixart-m")
    #expect(try model.checkpoint(.transformer).names.count == 57)
    try FileManager.default.removeItem(at: blob)
    #expect(
      message { _ = try model.checkpoint(.transformer) }
        == "\(link.path) does not exist. Check the path, or download the file.")
  }

  @Test func strangersInTheCacheAreNotListed() throws {
    let hub = "home/.cache/huggingface/hub"
    try folder.write(
      "\(hub)/models--meta--llama/snapshots/a/config.json", #"{"model_type":"llama"}"#)
    try folder.write(
      "\(hub)/models--stab--sd/snapshots/a/model_index.json",
      #"{"_class_name":"StableDiffusionPipeline"}"#)
    try folder.write("\(hub)/datasets--a--pixart/snapshots/a/x", "")
    try folder.write("\(hub)/models--a--PixArt-broken/snapshots/a/README.md", "")
    let entries = library().entries
    #expect(entries.map(\.name) == ["a/PixArt-broken"])
  }

  // MARK: Names

  @Test func findsByAnyFormOfTheName() throws {
    try add("sigma-tiny", "mine/ORG/Some-Model")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "mine").path])
    for name in [
      "ORG/Some-Model", "Some-Model", "org/some-model", "some-model",
      folder.url.appending(path: "mine/ORG/Some-Model").path,
    ] {
      #expect(try library.model(name).folder.lastPathComponent == "Some-Model", "\(name)")
    }
  }

  @Test func theEarlierPlaceWins() throws {
    try add("sigma-tiny", "one/m")
    try add("alpha-tiny", "two/m")
    let paths = ["one", "two"].map { folder.url.appending(path: $0).path }
    #expect(
      try library(["PIXART_MODELS": paths.joined(separator: ":")]).model("m").family == .sigma)
    #expect(
      try library(["PIXART_MODELS": paths.reversed().joined(separator: ":")]).model("m").family
        == .alpha)
  }

  @Test func namesThatFitSeveralAreRefused() throws {
    try add("sigma-tiny", "mine/a/m")
    try add("alpha-tiny", "mine/b/m")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "mine").path])
    #expect(
      message { _ = try library.model("m") } == "'m' could be 'a/m', 'b/m'. Give the full name.")
    #expect(try library.model("b/m").family == .alpha)
  }

  @Test func unknownNamesBringTheNearest() throws {
    try add("sigma-tiny", "mine/sigma-tiny")
    try add("alpha-tiny", "mine/alpha-tiny")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "mine").path])
    let places = library.places.map(\.path).joined(separator: ", ")
    #expect(
      message { _ = try library.model("sigma-tinny") }
        == "There is no model 'sigma-tinny'; did you mean 'sigma-tiny'? Looked in \(places).")
    #expect(
      message { _ = try library.model("tiny") }
        == "There is no model 'tiny'; did you mean 'alpha-tiny', 'sigma-tiny'? "
        + "Looked in \(places).")
    #expect(
      message { _ = try library.model("nothing-of-the-kind") }
        == "There is no model 'nothing-of-the-kind'. Looked in \(places).")
    #expect(
      message { _ = try library.model("/no/where") }
        == "/no/where does not exist. Check the path; 'pixart models' lists the models by name.")
  }

  @Test func completesPartialModelsFromTheLibrary() throws {
    try add("dmd-tiny", "mine/dmd")
    try add("alpha-tiny", "mine/alpha")
    try add("lcm-tiny", "mine/lcm")
    let library = library(["PIXART_MODELS": folder.url.appending(path: "mine").path])
    #expect(
      try library.model("dmd").borrowings == ["text encoder, tokenizer, autoencoder from alpha"])
    #expect(
      message { _ = try library.model("dmd", lender: "lcm") }
        == "dmd has no text encoder, tokenizer, and no known model lends it. Download a whole "
        + "PixArt-α model whose text encoder has a width of 40.")
    // Asked to be PixArt-Σ, it must not take PixArt-α's autoencoder.
    #expect(
      message { _ = try library.model("dmd", family: .sigma) }
        == "dmd has no autoencoder, and no known model lends it. Download a whole PixArt-Σ model "
        + "whose text encoder has a width of 40.")
    #expect(try library.model("dmd", lender: "alpha", family: .sigma).family == .sigma)
  }

  @Test func brokenModelsAreListedWithTheirFault() throws {
    try add("sigma-tiny", "mine/sound")
    try folder.write("mine/broken/model_index.json", "{")
    try folder.write("mine/broken/transformer/config.json", "{}")
    try folder.write("mine/empty/readme.txt", "")
    let mine = folder.url.appending(path: "mine").path
    let entries = library(["PIXART_MODELS": mine]).entries
    #expect(entries.map(\.name) == ["broken", "empty", "sound"])
    let faults = entries.map { entry in message { _ = try entry.model.get() } }
    #expect(
      faults == [
        "\(mine)/broken/model_index.json is not valid JSON: there is the end at byte 1 where a "
          + "key was needed. Download it again.",
        "\(mine)/empty is no model: it holds 'readme.txt', but model_index.json or a transformer "
          + "folder was needed. Give the folder that holds these.",
        "nothing was thrown",
      ])
  }

  // MARK: The embedded model

  /// Below the test program's folder, where the package manager puts resources.
  @Test func theDefaultModelIsFoundByTheRunningProgram() throws {
    let model = try ModelLibrary().model("default")
    #expect(model.name == "default" && model.family == .sigma && model.missing.isEmpty)
    #expect(model.tinyAutoencoder != nil)
    #expect(try model.checkpoint(.transformer).names.count == 267)
  }

  /// The few-step model has a transformer of its own and everything else from the default one.
  @Test func theFewStepModelIsCompletedByTheDefaultOne() throws {
    let model = try ModelLibrary().model("default-lcm")
    let teacher = try ModelLibrary().model("default")
    #expect(model.name == "default-lcm" && model.family == .sigma && model.missing.isEmpty)
    #expect(model.borrowings == ["text encoder, tokenizer, autoencoder from default"])
    #expect(model.tinyAutoencoder == teacher.tinyAutoencoder)
    #expect(try model.configuration(.scheduler).string("_class_name") == "LCMScheduler")
    #expect(try model.checkpoint(.transformer).names.count == 267)
    #expect(model.weightsHash != teacher.weightsHash)
  }

  @Test func withoutResourcesThereIsNoDefaultAndNoCrash() {
    #expect(library().entries.isEmpty)
    #expect(message { _ = try library().model("default") }.hasPrefix("There is no model 'default'"))
  }
}
