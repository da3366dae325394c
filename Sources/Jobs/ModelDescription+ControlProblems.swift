public import Checkpoints
public import Generation

extension ModelDescription {
  /// What would go wrong with a request's condition; from names and small parts of files.
  ///
  /// - Parameter library: Where its ControlNet and edge detector are looked for.
  public func controlProblems(for job: JobRequest, in library: ModelLibrary) -> [RequestProblem] {
    do {
      guard let facts = try job.controlFacts(of: self, in: library), facts.ledSteps == 0 else {
        return []
      }
      return [
        RequestProblem(
          .controlEnd, .warning,
          "No whole step lies between \(job.controlStart) and \(job.controlEnd) of them, so the "
            + "condition changes nothing. Change where the control begins or ends.")
      ]
    } catch {
      return [RequestProblem(Self.field(of: error), .error, "\(error)")]
    }
  }

  private static func field(of error: any Error) -> RequestProblem.Field {
    switch error {
    case ControlError.strengthOutOfRange: .controlStrength
    case ControlError.scaleOutOfRange: .controlScale
    case ControlError.spanOutOfRange: .controlEnd
    case JobError.unknownEdges, ControlNetError.noEdgeDetector: .edges
    case JobError.controlWithoutCondition: .condition
    default: .control
    }
  }
}
