public import Checkpoints
public import Conditioning
import Foundation
import Gallery
public import Generation
import Tensors

/// Pictures that are led by the edges of another one.
extension JobRequest {
  /// Whether something about a condition is asked for without one.
  public var asksForControlInVain: Bool { condition == nil && !controlOptions.isEmpty }

  /// Options and their values, where they are not the usual ones.
  var controlOptions: [(String, String)] {
    let usual = JobRequest(prompt: "")
    var options: [(String, String?)] = [
      ("condition", condition), ("control", control), ("edges", edges),
    ]
    let numbers: [(String, KeyPath<JobRequest, Double>)] = [
      ("control-strength", \.controlStrength), ("control-scale", \.controlScale),
      ("control-start", \.controlStart), ("control-end", \.controlEnd),
    ]
    for (name, path) in numbers where self[keyPath: path] != usual[keyPath: path] {
      options.append((name, "\(self[keyPath: path])"))
    }
    return options.compactMap { name, value in value.map { (name, $0) } }
  }

  /// ``edges`` as the engine knows it; nil if it is left to the engine.
  public var edgeSource: EdgeSource? {
    get throws(JobError) {
      guard let edges else { return nil }
      guard let source = EdgeSource(rawValue: edges) else { throw .unknownEdges(edges) }
      return source
    }
  }

  /// What leads the pictures, its file read; nil without a condition.
  ///
  /// - Throws: ``JobError``, or what is wrong with the file.
  func makeControl() throws -> ControlRequest? {
    guard let condition else {
      if asksForControlInVain { throw JobError.controlWithoutCondition }
      return nil
    }
    var request = ControlRequest(condition: try ImageFile.decode(URL(filePath: condition)))
    request.network = control
    request.edges = try edgeSource
    request.strength = controlStrength
    request.scale = controlScale
    request.span = ControlSpan(start: controlStart, end: controlEnd)
    return request
  }

  /// What is wrong with the condition and its ControlNet, and what they will take; the picture is
  /// not opened.
  ///
  /// - Parameter model: That is led.
  /// - Returns: Nil without a condition.
  /// - Throws: ``ControlError``, ``ControlNetError``, ``JobError``, what is wrong with a file.
  public func controlFacts(of model: ModelDescription, in library: ModelLibrary) throws
    -> ControlFacts?
  {
    guard condition != nil else {
      if asksForControlInVain { throw JobError.controlWithoutCondition }
      return nil
    }
    let span = ControlSpan(start: controlStart, end: controlEnd)
    try ControlRequest.check(strength: controlStrength, scale: controlScale, span: span)
    let file = try library.controlNet(control, for: model.folder)
    if let transformer = model.transformer { try file.check(fits: transformer, of: model.folder) }
    var edges = try edgeSource
    if edges == nil || edges == .hed {
      let hasHED = library.edgeDetector != nil
      if edges == .hed, !hasHED {
        throw ControlNetError.noEdgeDetector(places: library.places.map(\.path))
      }
      edges = hasHED ? .hed : .canny
    }
    let led = try model.ledSteps(
      of: makeRequestWithoutFiles(), within: span, strength: initImage == nil ? nil : strength)
    return ControlFacts(
      copies: file.copies, bytes: file.bytes, ledSteps: led ?? 0, edges: edges ?? .canny)
  }
}
