public import Foundation

extension Adapter {
  private static let settingsName = "adapter_config.json"
  /// As peft and diffusers name the file, which is what a configuration beside it is about.
  private static let weightsNames = [
    "adapter_model.safetensors", "adapter_model.bin", "pytorch_lora_weights.safetensors",
    "pytorch_lora_weights.bin",
  ]
  /// Where PixArt's scripts put diffusers' file, below peft's.
  private static let nested = "transformer_lora"

  /// Opens a file, or a folder as peft and diffusers write it.
  ///
  /// - Parameter name: For messages; the place's own if nil.
  /// - Throws: ``AdapterError``, ``CheckpointError``, ``ConfigurationError``.
  public init(_ place: URL, name: String? = nil) throws {
    let file = try Self.weights(in: place)
    let settings = try Self.settings(beside: file)
    let checkpoint = try Checkpoint(file: file)
    self = try Adapter(checkpoint, settings: settings, name: name ?? place.path)
  }

  /// Whether a folder is one that peft wrote.
  static func isInFolder(_ folder: URL) -> Bool { folder.appending(path: settingsName).isFile }

  /// The file of an adapter's weights.
  ///
  /// - Parameter place: That file, or a folder it lies in.
  public static func weights(in place: URL) throws(AdapterError) -> URL {
    if place.isFile { return place }
    guard place.isFolder else { throw .missing(path: place.path) }
    for folder in [place, place.appending(path: nested)] {
      for name in weightsNames where folder.appending(path: name).isFile {
        return folder.appending(path: name)
      }
    }
    let others = place.visibleNames.filter { $0.hasSuffix(".safetensors") }
    guard others.count == 1 else { throw .noWeights(folder: place.path, found: place.visibleNames) }
    return place.appending(path: others[0])
  }

  private static func settings(beside file: URL) throws -> AdapterSettings? {
    guard weightsNames.contains(file.lastPathComponent) else { return nil }
    let folder = file.deletingLastPathComponent()
    var places = [folder]
    if folder.lastPathComponent == nested { places.append(folder.deletingLastPathComponent()) }
    guard let place = places.map({ $0.appending(path: settingsName) }).first(where: \.isFile)
    else { return nil }
    return try AdapterSettings(ConfigurationFile(place))
  }
}
