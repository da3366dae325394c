public import Foundation

extension Checkpoint {
  /// Maps one file: of PyTorch by its extension (``torchExtensions``), else of safetensors.
  ///
  /// - Throws: ``CheckpointError/badFile(_:_:)``, ``CheckpointError/badTorchFile(_:_:)``.
  public init(file: URL) throws(CheckpointError) {
    if Self.torchExtensions.contains(file.pathExtension.lowercased()) {
      do throws(TorchFault) {
        self.init(try TorchFile(mapping: file.path), source: file.path)
      } catch {
        throw .badTorchFile(file.path, error)
      }
      return
    }
    do throws(SafetensorsFault) {
      let contents = try Safetensors(mapping: file.path)
      self.init(source: file.path, tensors: contents.tensors, unusable: contents.unusable)
    } catch {
      throw .badFile(file.path, error)
    }
  }

  init(_ file: TorchFile, source: String) {
    self.init(source: source, tensors: file.tensors, unusable: file.unusable)
  }

  /// What files of `torch.save` are called.
  package static let torchExtensions = ["pth", "pt", "bin", "ckpt"]

  /// Maps the weights of a part's folder, in one file or several.
  ///
  /// - Parameter variant: Nothing takes the best there is.
  /// - Throws: ``CheckpointError`` if there are none, or a file or the index is damaged.
  public init(folder: URL, variant: WeightsVariant? = nil) throws(CheckpointError) {
    let file = try Self.weightsFile(in: folder, variant: variant)
    if file.pathExtension == "json" {
      try self.init(index: file)
    } else {
      try self.init(file: file)
    }
  }

  /// The safetensors file, or the index of several, that ``init(folder:variant:)`` would open.
  ///
  /// - Throws: ``CheckpointError/noWeights(folder:found:)``.
  static func weightsFile(in folder: URL, variant: WeightsVariant? = nil)
    throws(CheckpointError) -> URL
  {
    let found = folder.visibleNames
    let variants = variant.map { [$0] } ?? WeightsVariant.allCases
    let names =
      variants.flatMap { variant in
        ["diffusion_pytorch_model", "model"].flatMap { variant.fileNames(stem: $0) }
      } + variants.flatMap(\.torchFileNames)
    guard let name = names.first(where: found.contains) else {
      throw .noWeights(folder: folder.path, found: found)
    }
    return folder.appending(path: name)
  }

  private init(index: URL) throws(CheckpointError) {
    let folder = index.deletingLastPathComponent()
    let files: [String: String]
    do throws(ShardIndexFault) {
      files = try ShardIndex(index.path).files
    } catch {
      throw .badIndex(index.path, error)
    }
    let shards = Set(files.values).sorted()
    let missing = shards.filter {
      !FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
    guard missing.isEmpty else {
      throw .badIndex(index.path, .missingShards(missing, of: shards.count))
    }
    var contents: [String: Checkpoint] = [:]
    for shard in shards {
      contents[shard] = try Checkpoint(file: folder.appending(path: shard))
    }
    var checkpoint = Checkpoint(source: index.path, tensors: [:])
    for (name, shard) in files.sorted(by: { $0.key < $1.key }) {
      guard checkpoint.adopt(name, from: contents[shard]) else {
        throw .badIndex(index.path, .missingFromShard(tensor: name, shard: shard))
      }
    }
    self = checkpoint
  }
}
