public import Tensors

/// What can be wrong with a checkpoint: its files, its index, its tensors.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  case missingTensor(name: String, source: String, nearest: String?)
  case wrongShape(name: String, source: String, expected: Shape, found: Shape)
  case unusableTensor(source: String, found: UnusableTensor)
  case badFile(String, SafetensorsFault)
  case badTorchFile(String, TorchFault)
  case badIndex(String, ShardIndexFault)
  /// - Parameter found: What lies in the folder instead.
  case noWeights(folder: String, found: [String])

  public var description: String {
    switch self {
    case .missingTensor(let name, let source, let nearest):
      let hint = nearest.map { "; the nearest name there is \($0.quoted)" } ?? ""
      return "\(source) has no tensor \(name.quoted)\(hint). "
        + "Check that its config.json belongs to these weights."
    case .wrongShape(let name, let source, let expected, let found):
      return "\(name.quoted) in \(source) is \(found), but its config.json asks for \(expected). "
        + "Check that config and weights are of the same model."
    case .unusableTensor(let source, let found):
      return "\(found.name.quoted) in \(source) is \(found), but F32, F16 or BF16 of at most "
        + "4 dimensions was needed. Save it in one of these formats."
    case .badFile(let file, let fault):
      return "\(file) \(fault)"
    case .badTorchFile(let file, let fault):
      return "\(file) \(fault)"
    case .badIndex(let file, let fault):
      return "\(file) \(fault)"
    case .noWeights(let folder, let found):
      return "\(folder) holds \(found.listed(or: "nothing")), but a safetensors file or index was "
        + "needed. Download the .safetensors files into it."
    }
  }
}
