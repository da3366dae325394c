import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// What PyTorch 2.15 saved, read without it.
@Suite struct TorchFileTests {
  static let goldens = Golden.root.appending(path: "l-pickles")

  private func torch(_ name: String) throws -> TorchFile {
    try TorchFile(mapping: Self.goldens.appending(path: name).path)
  }

  @Test(arguments: [
    ("zip.pth", "model", TorchFile.Container.zip, []),
    ("legacy.pth", "model", .legacy, []), ("nested.pth", "model", .zip, ["state_dict"]),
    ("fp16.pth", "model-fp16", .zip, []), ("fp16-legacy.pth", "model-fp16", .legacy, []),
    ("bf16.pth", "model-bf16", .zip, []),
  ])
  func holdsTheTensorsOfTheSafetensorsFile(
    _ name: String, _ twin: String, _ container: TorchFile.Container, _ path: [String]
  ) throws {
    let file = try torch(name)
    #expect(file.container == container && file.path == path && file.unusable.isEmpty)
    let want = try Safetensors(
      mapping: Self.goldens.appending(path: twin + ".safetensors").path)
    #expect(file.tensors.count == 47)
    #expect(file.tensors.keys.sorted() == want.tensors.keys.sorted())
    for (name, tensor) in want.tensors {
      let got = try #require(file.tensors[name])
      #expect(got.shape == tensor.shape && got.format == tensor.format && got.name == name)
      #expect(got.floats == tensor.floats, "\(name)")
    }
  }

  /// Numbers printed by torch.
  @Test func takesAveragedWeightsFirst() throws {
    let file = try torch("nested-ema.pth")
    #expect(file.path == ["state_dict_ema"] && file.tensors.count == 47)
    let bias = try #require(file.tensors["x_embedder.proj.bias"])
    #expect(Array(bias.floats.prefix(3)) == [-3.6976385, 3.8502436, -1.6315033])
  }

  @Test func readsParameters() throws {
    let file = try torch("parameters.pth")
    #expect(file.tensors.count == 3)
    let weight = try #require(file.tensors["x_embedder/proj/weight"])
    #expect(weight.shape == [24, 4, 2, 2] && weight.floats.prefix(2) == [0.020441413, 0.16518812])
  }

  /// Transposed, cut out, one number, none, of every number format.
  @Test(arguments: ["views.pth", "views-legacy.pth"])
  func putsViewsInOrder(_ name: String) throws {
    let (file, golden) = (try torch(name), try Golden("l-pickles"))
    let views = golden.names.filter { $0.hasPrefix("views.") }
    #expect(views.count == 12 || views.count == file.contents.count)
    for view in views {
      let name = String(view.dropFirst("views.".count))
      let saved = try #require(file.contents[name])
      let shape = saved.shape.isEmpty ? [] : saved.shape
      if let tensor = file.tensors[name] {
        #expect(tensor.floats == (try golden.floats(view)), "\(name)")
        continue
      }
      #expect(file.unusable[name]?.dimensions == shape)
      var bytes = [UInt8](repeating: 0, count: saved.byteCount)
      bytes.withUnsafeMutableBytes { saved.gather(into: $0) }
      switch saved.format {
      case .int64:
        let want = try golden.integers(view).map(Int64.init)
        #expect(bytes == want.withUnsafeBytes { Array($0) })
      default: #expect(bytes.count == saved.count * saved.format.bytes)
      }
    }
  }

  @Test func copiesNothingThatLiesInOrder() throws {
    let path = Self.goldens.appending(path: "zip.pth").path
    let mapped = try MappedFile(path)
    let file = try TorchFile(mapped.bytes, owner: mapped)
    let start = UInt(bitPattern: mapped.bytes.baseAddress)
    for tensor in file.tensors.values {
      let place = UInt(bitPattern: tensor.bytes)
      #expect(place >= start && place < start + UInt(mapped.bytes.count))
    }
  }

  /// Behind four gigabytes of nothing, which the disk does not hold.
  @Test func readsBeyondFourGigabytes() throws {
    let folder = try TemporaryFolder()
    let pickle = Pickle.one(count: 4, shape: [2, 2], strides: [2, 1])
    var archive = TorchArchive(pickle: pickle, storages: ["0": ([1, 2, 3, 4] as [Float]).data])
    archive.isLong = true
    archive.gap = (before: 1, bytes: 5_000_000_000)
    let file = folder.url.appending(path: "long.pth")
    try archive.write(to: file)
    let checkpoint = try Checkpoint(file: file)
    #expect(try checkpoint.tensor("w", shape: [2, 2]).floats == [1, 2, 3, 4])
  }

  @Test func readsWeightsOfAPartInPyTorchsFiles() throws {
    let folder = try TemporaryFolder()
    func shard(_ value: Float) throws -> Data {
      try TorchArchive(
        pickle: Pickle.one(count: 1, shape: [1], strides: [1]), storages: ["0": [value].data]
      ).encoded()
    }
    try folder.write("one/diffusion_pytorch_model.bin", shard(1))
    #expect(try Checkpoint(folder: folder.url.appending(path: "one")).names == ["w"])
    try folder.write("two/pytorch_model-1.bin", shard(2))
    try folder.write(
      "two/pytorch_model.bin.index.json", #"{"weight_map":{"w":"pytorch_model-1.bin"}}"#)
    let two = try Checkpoint(folder: folder.url.appending(path: "two"))
    #expect(try two.tensor("w").floats == [2])
  }
}
