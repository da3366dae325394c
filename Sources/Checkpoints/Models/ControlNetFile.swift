public import Foundation
import Tensors

/// A ControlNet-Transformer on disk: a file as PixArt's authors publish them, one with diffusers'
/// names, or a folder with such a file.
///
/// A published file holds a whole transformer too, of which no byte is read here.
public struct ControlNetFile: Sendable {
  /// What it is called, for messages and recipes.
  public let name: String
  public let place: URL
  /// `controlnet.i.…`, within a block diffusers' names.
  public let checkpoint: Checkpoint
  /// How many blocks are copied.
  public let copies: Int
  /// Of a token.
  public let width: Int
  /// The family of the transformer in the file, if there is one that tells.
  public let family: ModelFamily?

  /// - Parameters:
  ///   - place: A file, or a folder of one.
  ///   - name: Nothing takes the file's.
  /// - Throws: ``CheckpointError`` if it cannot be read, ``ControlNetError`` if it is something else.
  public init(_ place: URL, name: String? = nil) throws {
    let place = place.standardizedFileURL
    let original = try place.isFolder ? Checkpoint(folder: place) : Checkpoint(file: place)
    guard original.kind == .controlNet else {
      throw ControlNetError.noControlNet(file: place.path, kind: original.kind)
    }
    let checkpoint = try original.inDiffusersNames().only("controlnet.")
    var copies = 0
    while checkpoint.contains("controlnet.\(copies).after_proj.weight") { copies += 1 }
    guard copies > 0 else {
      throw CheckpointError.missingTensor(
        name: "controlnet.0.after_proj.weight", source: place.path, nearest: nil)
    }
    self.name = name ?? place.lastPathComponent
    self.place = place
    self.checkpoint = checkpoint
    self.copies = copies
    width = try checkpoint.tensor("controlnet.0.before_proj.weight").shape[0]
    family = original.baseFamily
  }

  /// Refuses a model that this does not belong to.
  ///
  /// - Throws: ``ControlNetError``.
  public func check(
    fits transformer: TransformerConfiguration, of model: ModelFolder
  ) throws(ControlNetError) {
    guard width == transformer.hiddenSize else {
      throw .otherWidth(
        file: place.path, found: width, model: model.name, needed: transformer.hiddenSize)
    }
    guard copies < transformer.numLayers else {
      throw .otherDepth(
        file: place.path, copies: copies, model: model.name, layers: transformer.numLayers)
    }
    if let family, family != model.family {
      throw .otherFamily(
        file: place.path, found: family, model: model.name, needed: model.family)
    }
  }

  /// Of the tensors that are used.
  public var bytes: Int { checkpoint.all.reduce(0) { $0 + $1.byteCount } }

  /// Tells these weights from other ones: 16 hexadecimal digits, found as a model's.
  public var weightsHash: String {
    var hash = SHA256()
    hash.add(weightsOf: checkpoint)
    return String(hash.hexadecimal.prefix(16))
  }
}

extension Checkpoint {
  /// The family of the transformer that a ControlNet's file holds.
  fileprivate var baseFamily: ModelFamily? {
    if contains("base_model.csize_embedder.mlp.0.weight") { return .alpha }
    let empty = "base_model.y_embedder.y_embedding"
    guard contains(empty), let tokens = try? tensor(empty).shape[0] else { return nil }
    return tokens > 120 ? .sigma : .alpha
  }
}

/// Why a ControlNet or an edge detector cannot be used.
public enum ControlNetError: Error, Equatable, CustomStringConvertible {
  case noControlNet(file: String, kind: CheckpointKind?)
  case otherWidth(file: String, found: Int, model: String, needed: Int)
  case otherDepth(file: String, copies: Int, model: String, layers: Int)
  case otherFamily(file: String, found: ModelFamily, model: String, needed: ModelFamily)
  case unknown(name: String, found: [String], places: [String])
  case noneWithModel(model: String, found: [String])
  case noEdgeDetector(places: [String])

  public var description: String {
    switch self {
    case .noControlNet(let file, let kind):
      "\(file) holds \(kind?.title ?? "no network of PixArt"), but a ControlNet-Transformer was "
        + "needed. 'pixart models inspect' says what is in a file."
    case .otherWidth(let file, let found, let model, let needed):
      "\(file) leads transformers of width \(found), but \(model) has a width of \(needed). "
        + "Choose a ControlNet that was trained for this model."
    case .otherDepth(let file, let copies, let model, let layers):
      "\(file) copies \(copies) blocks and leads those after them, but \(model) has \(layers) in all. "
        + "Choose a ControlNet that was trained for this model."
    case .otherFamily(let file, let found, let model, let needed):
      "\(file) was trained for \(found.title), but \(model) is \(needed.title), whose latents are "
        + "others. Choose a ControlNet that was trained for this model."
    case .unknown(let name, let found, let places):
      "There is no ControlNet \(name.quoted)"
        + (found.isEmpty
          ? ". " : "; there \(found.count == 1 ? "is" : "are") \(found.listed(or: "")). ")
        + "Looked in \(places.isEmpty ? "no folder" : places.joined(separator: ", "))."
    case .noneWithModel(let model, let found):
      "\(model) comes without a ControlNet, but a condition picture needs one. "
        + (found.isEmpty
          ? "Give its file with --control."
          : "Choose one with --control: there \(found.count == 1 ? "is" : "are") \(found.listed(or: "")).")
    case .noEdgeDetector(let places):
      "There is no HED edge detector. Put ControlNetHED.pth into one of "
        + "\(places.isEmpty ? "the model folders" : places.joined(separator: ", ")), "
        + "or choose --edges canny."
    }
  }
}
