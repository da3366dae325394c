public import Foundation

/// Networks beside the models: ControlNets and edge detectors, each in a file.
///
/// They are found in the folders of models by their names, which have `controlnet` or `hed` in them;
/// what a file is its tensors say.
extension ModelLibrary {
  /// A file of a network that is no model.
  public struct Network: Sendable {
    /// The file's name, behind that of its folder or repository.
    public let name: String
    public let file: URL
    public let kind: CheckpointKind
  }

  /// All that can be read, in the order of the places.
  public var networks: [Network] {
    let folders =
      modelFolders.flatMap { folder in
        [(nil as String?, folder)]
          + folder.visibleNames.map { ($0, folder.appending(path: $0)) }.filter { $0.1.isFolder }
      } + cache.snapshots.map { ($0.name, $0.folder) }
    return folders.flatMap { organisation, folder in
      folder.visibleNames.filter(Self.mayBeNetwork).compactMap { name in
        let file = folder.appending(path: name)
        guard let kind = try? Checkpoint(file: file).kind,
          kind == .controlNet || kind == .edgeDetector
        else { return nil }
        return Network(
          name: organisation.map { "\($0)/\(name)" } ?? name, file: file, kind: kind)
      }
    }
  }

  private static func mayBeNetwork(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["controlnet", "hed"].contains(where: name.contains)
      && [".pth", ".safetensors"].contains(where: name.hasSuffix)
  }

  /// Finds the ControlNet of a request.
  ///
  /// - Parameters:
  ///   - name: A path, or a name as ``networks`` have it, the part behind the last `/` being enough;
  ///     nothing takes the one that comes with the model.
  /// - Throws: ``ControlNetError``, ``CheckpointError``.
  public func controlNet(_ name: String?, for model: ModelFolder) throws -> ControlNetFile {
    guard let name else {
      guard let own = model.ownControlNet else {
        throw ControlNetError.noneWithModel(model: model.name, found: controlNetNames)
      }
      return try ControlNetFile(own, name: own.isFolder ? "\(model.name)/controlnet" : nil)
    }
    let place = Self.path(name, home: home)
    if place.isFile { return try ControlNetFile(place) }
    if place.isFolder, (try? Checkpoint.weightsFile(in: place)) != nil {
      return try ControlNetFile(place)
    }
    let known = networks.filter { $0.kind == .controlNet }
    let lowercase = name.lowercased()
    let found =
      known.first { $0.name == name }
      ?? known.first { $0.name.lowercased() == lowercase }
      ?? known.first { $0.file.lastPathComponent.lowercased() == lowercase }
      ?? known.first {
        $0.file.deletingPathExtension().lastPathComponent.lowercased() == lowercase
      }
    if let found { return try ControlNetFile(found.file, name: found.name) }
    // A recipe's name of a model's own one.
    if let own = model.ownControlNet, own.isFolder, name == "\(model.name)/controlnet" {
      return try ControlNetFile(own, name: name)
    }
    throw ControlNetError.unknown(
      name: name, found: known.map(\.name), places: places.map(\.path))
  }

  private var controlNetNames: [String] {
    networks.filter { $0.kind == .controlNet }.map(\.name)
  }

  /// The first edge detector there is.
  public var edgeDetector: URL? { networks.first { $0.kind == .edgeDetector }?.file }
}
