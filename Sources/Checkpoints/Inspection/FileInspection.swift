public import Foundation
public import Tensors

/// What is in one file of weights, of whatever network.
public struct FileInspection: Sendable {
  /// Tensors whose names begin alike.
  public struct Group: Sendable, Equatable {
    /// The first component of their names.
    public let name: String
    public let tensors: Int
    public let parameters: Int
  }

  public let file: URL
  /// Nothing for a network that has no part in PixArt.
  public let kind: CheckpointKind?
  /// Such as `torch.save (zip), tensors under 'state_dict'`.
  public let container: String
  public let bytes: Int
  public let tensors: Int
  public let parameters: Int
  /// Parameters by number format.
  public let formats: [NumberFormat: Int]
  /// In the order of their names.
  public let groups: [Group]
  /// Tensors in formats that nothing here computes with.
  public let unusable: [UnusableTensor]

  /// - Throws: ``CheckpointError`` if the file cannot be read.
  public init(_ file: URL) throws {
    self.file = file
    bytes = file.byteCount
    let checkpoint: Checkpoint
    if Checkpoint.torchExtensions.contains(file.pathExtension.lowercased()) {
      let read: TorchFile
      do throws(TorchFault) {
        read = try TorchFile(mapping: file.path)
      } catch {
        throw CheckpointError.badTorchFile(file.path, error)
      }
      let path = read.path.isEmpty ? "" : ", tensors under \(read.path.listed(or: ""))"
      container = "torch.save (\(read.container.rawValue))\(path)"
      checkpoint = Checkpoint(read, source: file.path)
    } else {
      checkpoint = try Checkpoint(file: file)
      container = "safetensors"
    }
    kind = checkpoint.kind
    let all = Array(checkpoint.all)
    tensors = all.count
    parameters = all.reduce(0) { $0 + $1.shape.count }
    formats = all.reduce(into: [:]) { $0[$1.format, default: 0] += $1.shape.count }
    groups = Dictionary(grouping: all) { String($0.name.prefix { $0 != "." }) }.map {
      Group(
        name: $0, tensors: $1.count, parameters: $1.reduce(0) { $0 + $1.shape.count })
    }.sorted { $0.name < $1.name }
    unusable = checkpoint.unusable
  }
}
