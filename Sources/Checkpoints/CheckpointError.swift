public import Tensors

/// What can be wrong with the tensors of a checkpoint.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  case missingTensor(name: String, source: String, nearest: String?)
  case wrongShape(name: String, source: String, expected: Shape, found: Shape)

  public var description: String {
    switch self {
    case .missingTensor(let name, let source, let nearest):
      let hint = nearest.map { "; the nearest name there is '\($0)'" } ?? ""
      return "\(source) has no tensor '\(name)'\(hint). "
        + "Check that its config.json belongs to these weights."
    case .wrongShape(let name, let source, let expected, let found):
      return "'\(name)' in \(source) is \(found), but its config.json asks for \(expected). "
        + "Check that config and weights are of the same model."
    }
  }
}
