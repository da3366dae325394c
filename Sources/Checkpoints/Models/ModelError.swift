/// Why a folder is not a model, or a model not to be had.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  case missingFolder(String)
  case notAFolder(String)
  /// - Parameter found: What lies in the folder instead.
  case noModel(folder: String, found: [String])
  /// - Parameter name: Of the class in the folder's `config.json`.
  case singlePart(folder: String, name: String)
  case otherPipeline(folder: String, found: String)
  case noTransformer(model: String, parts: [ModelPart])
  case incomplete(model: String, missing: [ModelPart], family: ModelFamily, captionChannels: Int)
  // A transformer's file
  case noTransformerFile(file: String, kind: CheckpointKind?)
  case noConfiguration(file: String, unknown: String, reason: String)
  case unknownLayers(file: String, example: String)
  case incompleteFile(file: String, missing: [ModelPart], family: ModelFamily, captionChannels: Int)
  case unknownModel(name: String, nearest: [String], places: [String])
  case ambiguousName(name: String, matches: [String])

  public var description: String {
    switch self {
    case .missingFolder(let path):
      "\(path) does not exist. Check the path; 'pixart models' lists the models by name."
    case .notAFolder(let path):
      "\(path) is a file, but a model is a folder with model_index.json and one folder for each "
        + "part. Give that folder."
    case .noModel(let folder, let found):
      "\(folder) is no model: it holds \(found.listed(or: "nothing")), but model_index.json or a "
        + "transformer folder was needed. Give the folder that holds these."
    case .singlePart(let folder, let name):
      "\(folder) is one part of a model (\(name.quoted)), but a whole model was needed. "
        + "Give the folder above it."
    case .otherPipeline(let folder, let found):
      "\(folder) is a model for \(found), but one for 'PixArtAlphaPipeline' or "
        + "'PixArtSigmaPipeline' was needed. Choose a PixArt model."
    case .noTransformer(let model, let parts):
      "\(model) has no transformer, only \(parts.titles): it completes other models. "
        + "Choose a model with a transformer."
    case .incomplete(let model, let missing, let family, let captionChannels):
      "\(model) has no \(missing.titles), and no known model lends it. Download a whole "
        + "\(family.title) model whose text encoder has a width of \(captionChannels)"
        + (captionChannels == 4096
          ? ", such as \(ModelFamily.lenders[family]?.first ?? "any")." : ".")
    case .noTransformerFile(let file, .controlNet):
      "\(file) holds a ControlNet without a transformer, but a PixArt transformer was needed. "
        + "Give the model with --model, and this file with --control."
    case .noTransformerFile(let file, let kind):
      "\(file) holds \(kind?.title ?? "no network of PixArt"), but a PixArt transformer was needed. "
        + "'pixart models inspect' says what is in a file."
    case .noConfiguration(let file, let unknown, let reason):
      "\(file) does not tell its '\(unknown)': \(reason). Put the transformer's config.json of "
        + "diffusers beside it."
    case .unknownLayers(let file, let example):
      "\(file) has layers that this program does not compute, such as \(example.quoted). "
        + "Choose a transformer without compressed keys or normalised queries."
    case .incompleteFile(let file, let missing, let family, let captionChannels):
      "\(file) is a transformer only: \(missing.titles) \(missing.count == 1 ? "is" : "are") neither "
        + "beside it nor in a model at hand. Download a whole \(family.title) model whose text "
        + "encoder has a width of \(captionChannels)"
        + (captionChannels == 4096
          ? ", such as \(ModelFamily.lenders[family]?.first ?? "any")" : "")
        + ", or put its folders \(missing.map(\.rawValue).listed(or: "")) beside the file."
    case .unknownModel(let name, let nearest, let places):
      "There is no model \(name.quoted)"
        + (nearest.isEmpty ? ". " : "; did you mean \(nearest.listed(or: ""))? ")
        + "Looked in \(places.isEmpty ? "no folder" : places.joined(separator: ", "))."
    case .ambiguousName(let name, let matches):
      "\(name.quoted) could be \(matches.listed(or: "nothing")). Give the full name."
    }
  }
}

extension [ModelPart] {
  /// Such as `text encoder, tokenizer`.
  var titles: String { map(\.title).joined(separator: ", ") }
}
