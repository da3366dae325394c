import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ShardTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func one(_ name: String) -> Data {
    safetensors(#"{"\#(name)":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataBytes: 8)
  }

  private func index(_ map: String) -> String {
    #"{"metadata":{"total_size":16},"weight_map":{\#(map)}}"#
  }

  private let twoShards =
    #""a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors""#

  @Test func findsEachTensorInItsShard() throws {
    try folder.write("model.safetensors.index.json", index(twoShards))
    try folder.write("model-00001-of-00002.safetensors", one("a"))
    try folder.write("model-00002-of-00002.safetensors", one("b"))
    let checkpoint = try Checkpoint(folder: folder.url)
    #expect(checkpoint.names == ["a", "b"])
    #expect(
      checkpoint.source == folder.url.appending(path: "model.safetensors.index.json").path)
  }

  /// A tensor that the index places elsewhere must not come from a shard that holds it too.
  @Test func theIndexDecides() throws {
    let golden = Golden.model("alpha-tiny/text_encoder")
    let whole = try Checkpoint(folder: golden)
    let first = try Checkpoint(
      file: golden.appending(path: "model-00001-of-00002.safetensors"))
    #expect(first.names == ["shared.weight"])
    #expect(whole.names.count == 21 && whole.contains("shared.weight"))
    #expect(try whole.tensor("shared.weight").floats == first.tensor("shared.weight").floats)
  }

  @Test func missingShardsAreNamed() throws {
    let file = try folder.write("model.safetensors.index.json", index(twoShards))
    try folder.write("model-00001-of-00002.safetensors", one("a"))
    #expect(
      message { _ = try Checkpoint(folder: folder.url) }
        == "\(file.path) names 2 files, but these are not beside it: "
        + "'model-00002-of-00002.safetensors'. Download what is missing.")
  }

  @Test func aShardThatLacksItsTensorIsNamed() throws {
    let file = try folder.write("model.safetensors.index.json", index(twoShards))
    try folder.write("model-00001-of-00002.safetensors", one("a"))
    try folder.write("model-00002-of-00002.safetensors", one("c"))
    #expect(
      message { _ = try Checkpoint(folder: folder.url) }
        == "\(file.path) places 'b' in 'model-00002-of-00002.safetensors', which does not hold "
        + "it. Download both again.")
  }

  @Test(arguments: [
    "../model.safetensors", "/etc/model.safetensors", #"a\\b.safetensors"#, "model.bin", "",
    ".hidden.safetensors",
  ])
  func namesThatLeaveTheFolderAreRefused(_ name: String) throws {
    let file = try folder.write("model.safetensors.index.json", index(#""a":"\#(name)""#))
    let shown = name.replacing(#"\\"#, with: #"\"#)
    #expect(
      message { _ = try Checkpoint(folder: folder.url) }
        == "\(file.path) places 'a' in '\(shown)', but the name of a .safetensors file beside "
        + "it was needed. Download it again.")
  }

  @Test(arguments: [
    (
      "{}",
      "has nothing for 'weight_map' where an object of tensor and file names was needed. "
        + "Download it again."
    ),
    (
      #"{"weight_map":[1,2]}"#,
      "has a list of 2 for 'weight_map' where an object of tensor and file names was needed. "
        + "Download it again."
    ),
    (
      #"{"weight_map":{"a":7}}"#,
      "places 'a' in 7, but the name of a .safetensors file beside it was needed. "
        + "Download it again."
    ),
    (
      #"{"weight_map":{"a":"#,
      "is damaged: there is the end at byte 19 where a value was needed. Download it again."
    ),
  ])
  func saysWhatIsWrongWithAnIndex(_ text: String, _ fault: String) throws {
    let file = try folder.write("model.safetensors.index.json", text)
    #expect(message { _ = try Checkpoint(folder: folder.url) } == "\(file.path) \(fault)")
  }

  // MARK: Variants

  @Test func takesTheFullWeightsBeforeHalfPrecision() throws {
    try folder.write("diffusion_pytorch_model.fp16.safetensors", one("half"))
    #expect(try Checkpoint(folder: folder.url).names == ["half"])
    try folder.write("diffusion_pytorch_model.safetensors", one("full"))
    #expect(try Checkpoint(folder: folder.url).names == ["full"])
    #expect(try Checkpoint(folder: folder.url, variant: .fp16).names == ["half"])
  }

  @Test func opensAnIndexOfAVariant() throws {
    try folder.write(
      "model.safetensors.index.fp16.json",
      index(
        #""a":"model.fp16-00001-of-00002.safetensors","#
          + #""b":"model.fp16-00002-of-00002.safetensors""#))
    try folder.write("model.fp16-00001-of-00002.safetensors", one("a"))
    try folder.write("model.fp16-00002-of-00002.safetensors", one("b"))
    #expect(try Checkpoint(folder: folder.url).names == ["a", "b"])
  }

  @Test func aFolderWithoutWeightsSaysWhatItHolds() throws {
    try folder.write("config.json", "{}")
    try folder.write("weights.bin", "")
    #expect(
      message { _ = try Checkpoint(folder: folder.url) }
        == "\(folder.url.path) holds 'config.json', 'weights.bin', but a safetensors file "
        + "or index was needed. Download the .safetensors files into it.")
  }
}
