import Foundation
import Generation

/// The text of one progress line.
enum ProgressLine {
  private static let width = 24

  /// `picture 2  ███████░░░  7/20  0.41 s/step  5 s left`.
  static func step(_ report: StepReport) -> String {
    var parts = [bar(report), "\(report.step)/\(report.steps)", seconds(report.seconds) + "/step"]
    if let left = report.secondsLeft { parts.append(duration(left) + " left") }
    if report.picture > 0 { parts.insert("picture \(report.picture + 1)", at: 0) }
    return parts.joined(separator: "  ")
  }

  /// `12/40 pictures  ███████░░░  7/20  3:10 min left`; what is left is of all pictures.
  static func whole(_ report: StepReport, secondsLeft: Double?, done: Int, of count: Int)
    -> String
  {
    var parts = [
      "\(done)/\(count) pictures", bar(report), "\(report.step)/\(report.steps)",
    ]
    if let secondsLeft { parts.append(duration(secondsLeft) + " left") }
    return parts.joined(separator: "  ")
  }

  private static func bar(_ report: StepReport) -> String {
    let filled = width * report.step / report.steps
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  private static func seconds(_ value: Double) -> String {
    String(format: value < 9.95 ? "%.2f s" : "%.1f s", value)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return String(format: "%d:%02d min", whole / 60, whole % 60) }
    return String(format: "%d:%02d h", whole / 3600, whole / 60 % 60)
  }
}
