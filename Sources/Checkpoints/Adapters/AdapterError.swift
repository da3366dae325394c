public import Tensors

/// What can be wrong with an adapter.
public enum AdapterError: Error, Equatable, CustomStringConvertible {
  case missing(path: String)
  /// - Parameter found: What lies in the folder instead.
  case noWeights(folder: String, found: [String])
  case notAnAdapter(String, kind: CheckpointKind?)
  case unknownName(String, nearest: String?, places: [String])
  case ambiguousName(String, matches: [String])
  // Its file
  case unknownTensor(String, adapter: String)
  case unusableTensor(UnusableTensor, adapter: String)
  case unsupported(method: String, adapter: String, example: String)
  case textEncoderOnly(adapter: String)
  case missingHalf(layer: String, missing: String, adapter: String)
  case twice(layer: String, adapter: String)
  case ranksDiffer(layer: String, down: Shape, up: Shape, adapter: String)
  case rankIsNotConfigured(layer: String, found: Int, configured: Int, adapter: String)
  case rankOutOfRange(layer: String, found: Int, adapter: String)
  case badAlpha(layer: String, found: String, adapter: String)
  // Together with a model
  case otherModel(adapter: String, example: String, model: String)
  case unknownLayer(String, adapter: String, nearest: String?, model: String)
  case wrongShape(layer: String, part: String, found: Shape, needed: String, adapter: String)
  case scaleOutOfRange(Double)
  /// - Parameters:
  ///   - recipe: The hash a recipe has.
  ///   - now: That of the file.
  case otherContents(adapter: String, recipe: String, now: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "There is no adapter \(path.quoted). Check the path."
    case .noWeights(let folder, let found):
      "\(folder) is no adapter: it holds \(found.listed(or: "nothing")), but "
        + "adapter_model.safetensors or one other .safetensors file was needed. Give the file."
    case .notAnAdapter(let name, let kind):
      "\(name) holds \(kind?.title ?? "no network of PixArt"), but a LoRA adapter was needed. "
        + "'pixart models inspect' says what is in a file."
    case .unknownName(let name, let nearest, let places):
      "There is no adapter \(name.quoted)"
        + (nearest.map { "; did you mean \($0.quoted)? " } ?? ". ")
        + "Give a file, or put it into a folder 'loras' in "
        + "\(places.isEmpty ? "a folder of models" : places.joined(separator: " or "))."
    case .ambiguousName(let name, let matches):
      "\(name.quoted) could be \(matches.listed(or: "nothing")). Give the full name."
    case .unknownTensor(let name, let adapter):
      "\(adapter) has a tensor \(name.quoted), which is no part of a LoRA adapter. "
        + "Choose one as peft, diffusers or kohya's scripts save it."
    case .unusableTensor(let tensor, let adapter):
      "\(tensor.name.quoted) in \(adapter) is \(tensor), but F32, F16 or BF16 was needed. "
        + "Save it in one of these formats."
    case .unsupported(let method, let adapter, let example):
      "\(adapter) is made by \(method) (\(example.quoted)), but only LoRA and DoRA can be used. "
        + "Choose an adapter of this kind."
    case .textEncoderOnly(let adapter):
      "\(adapter) adapts a text encoder only, but an adapter of a transformer was needed. "
        + "Choose another one."
    case .missingHalf(let layer, let missing, let adapter):
      "\(adapter) has no \(missing) for \(layer.quoted), but both halves are needed. "
        + "Download it again."
    case .twice(let layer, let adapter):
      "\(adapter) has \(layer.quoted) twice, under two names. Choose a file with one of them."
    case .ranksDiffer(let layer, let down, let up, let adapter):
      "In \(adapter) the two halves for \(layer.quoted) are \(down) and \(up), which do not meet: "
        + "the first extent of one is the second of the other. Download it again."
    case .rankIsNotConfigured(let layer, let found, let configured, let adapter):
      "In \(adapter) \(layer.quoted) has a rank of \(found), but its adapter_config.json says "
        + "\(configured). Check that both belong together."
    case .rankOutOfRange(let layer, let found, let adapter):
      "In \(adapter) \(layer.quoted) has a rank of \(found), but 1 to \(Adapter.mostRank) can be "
        + "used. Choose an adapter of lower rank."
    case .badAlpha(let layer, let found, let adapter):
      "In \(adapter) the alpha of \(layer.quoted) is \(found), but one number was needed. "
        + "Download it again."
    case .otherModel(let adapter, let example, let model):
      "\(adapter) is for another kind of model: none of its layers, such as \(example.quoted), is in "
        + "\(model). Choose an adapter that was made for PixArt."
    case .unknownLayer(let layer, let adapter, let nearest, let model):
      "\(adapter) has a layer \(layer.quoted), but \(model) has none of this name"
        + (nearest.map { "; the nearest there is \($0.quoted)" } ?? "")
        + ". Choose an adapter that was made for this model."
    case .wrongShape(let layer, let part, let found, let needed, let adapter):
      "In \(adapter) \(part) of \(layer.quoted) is \(found), but this model needs \(needed). "
        + "Choose an adapter that was made for a model of this size."
    case .scaleOutOfRange(let scale):
      "An adapter's scale of \(scale) was asked for, but it must be between -100 and 100. "
        + "1 is usual, 0 turns it off."
    case .otherContents(let adapter, let recipe, let now):
      "The adapter \(adapter.quoted) is another one than that of the recipe: its hash is \(now), not "
        + "\(recipe). Put the old file back, or name the new one with --lora."
    }
  }
}
