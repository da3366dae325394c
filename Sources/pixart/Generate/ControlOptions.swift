import ArgumentParser
import Conditioning
import Generation
import Jobs

/// What a request says of a picture whose edges it follows.
struct ControlOptions: ParsableArguments {
  @Option(help: "A picture whose edges lead this one: PNG, JPEG or WebP.")
  var condition: String?

  @Option(
    help: """
      A ControlNet's name or file, such as PixArt-XL-2-512-ControlNet.pth. The one that comes with \
      the model if not given.
      """)
  var control: String?

  @Option(
    help: """
      Where the condition's edges come from: hed (needs ControlNetHED.pth among the models), canny, \
      or none for a picture that is a map of edges already. If not given, hed where there is \
      one, else canny.
      """,
    transform: EdgeSource.init(argument:))
  var edges: EdgeSource?

  @Option(parsing: .unconditional, help: "What edges are multiplied by, 0 to 4; 1 if not given.")
  var controlStrength: Double?

  @Option(
    parsing: .unconditional,
    help: "What the ControlNet's results are multiplied by, 0 to 4; 1 if not given.")
  var controlScale: Double?

  @Option(
    parsing: .unconditional,
    help: "The share of the steps after which the ControlNet begins; 0 if not given.")
  var controlStart: Double?

  @Option(
    parsing: .unconditional,
    help: "The share of the steps after which the ControlNet ends; 1 if not given.")
  var controlEnd: Double?

  func validate() throws {
    for (option, path) in [("--condition", condition), ("--control", control)]
    where path?.isEmpty == true {
      throw ValidationError("\(option) is followed by an empty text.")
    }
    do {
      try ControlRequest.check(
        strength: controlStrength ?? 1, scale: controlScale ?? 1,
        // One of two that are given elsewhere is not known here.
        span: ControlSpan(
          start: controlStart ?? 0, end: controlEnd ?? (controlStart == 1 ? 0 : 1)))
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// Names of everything that was given.
  var given: [String] {
    [
      ("--condition", condition != nil), ("--control", control != nil), ("--edges", edges != nil),
      ("--control-strength", controlStrength != nil), ("--control-scale", controlScale != nil),
      ("--control-start", controlStart != nil), ("--control-end", controlEnd != nil),
    ].filter(\.1).map(\.0)
  }

  /// Puts what was given in place of what a request says.
  func apply(to job: inout JobRequest) {
    job.condition = condition ?? job.condition
    job.control = control ?? job.control
    job.edges = edges?.rawValue ?? job.edges
    job.controlStrength = controlStrength ?? job.controlStrength
    job.controlScale = controlScale ?? job.controlScale
    job.controlStart = controlStart ?? job.controlStart
    job.controlEnd = controlEnd ?? job.controlEnd
  }
}

extension EdgeSource {
  static let list = allCases.map(\.rawValue).joined(separator: ", ")

  init(argument: String) throws {
    guard let source = Self(rawValue: argument) else {
      throw ValidationError("Edges come from one of \(Self.list).")
    }
    self = source
  }
}
