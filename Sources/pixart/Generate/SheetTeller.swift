import Foundation
import Generation
import Jobs
import Tensors
import Terminal

/// Tells how a sheet goes: a line on standard error and paths on standard output, or JSON.
struct SheetTeller {
  struct Saved {
    let file: URL
    let image: PixelImage
  }

  private let isJSON: Bool
  private let isQuiet: Bool
  /// Where the sheet is shown; nowhere if nil.
  private let terminal: TerminalCapabilities?

  static var json: SheetTeller { SheetTeller(isJSON: true, isQuiet: true, terminal: nil) }

  static func lines(isQuiet: Bool, terminal: TerminalCapabilities?) -> SheetTeller {
    SheetTeller(isJSON: false, isQuiet: isQuiet, terminal: terminal)
  }

  func tell(loading part: String, index: Int, of count: Int) {
    if isJSON {
      JSONLine.write(["event": "loading", "part": part, "index": index, "of": count])
    } else if !isQuiet {
      StatusLine.show("loading \(part) (\(index + 1)/\(count))")
    }
  }

  /// Something that its user should know; the work goes on.
  func tell(noted text: String) {
    if isJSON {
      JSONLine.write(["event": "note", "text": text])
    } else if !isQuiet {
      StatusLine.clear()
      Console.error("pixart: \(text)")
    }
  }

  /// - Parameters:
  ///   - secondsLeft: For the whole sheet; nil where it is not known yet.
  ///   - done: Pictures that are made.
  ///   - count: Of the sheet.
  func tell(
    _ step: StepReport, secondsLeft: Double?, at place: SheetPlan.Place, done: Int, of count: Int
  ) {
    if isJSON {
      var object = Self.object("step", place, done: done, of: count)
      object["step"] = step.step
      object["of"] = step.steps
      object["seconds"] = JSONLine.rounded(step.seconds)
      if let secondsLeft { object["seconds_left"] = JSONLine.rounded(secondsLeft) }
      JSONLine.write(object)
    } else if !isQuiet {
      StatusLine.show(ProgressLine.whole(step, secondsLeft: secondsLeft, done: done, of: count))
    }
  }

  func tell(saved file: URL, at place: SheetPlan.Place, done: Int, of count: Int) {
    guard isJSON else {
      if !isQuiet { StatusLine.clear() }
      return Console.output(file.path)
    }
    var object = Self.object("picture", place, done: done, of: count)
    object["file"] = file.path
    JSONLine.write(object)
  }

  /// Columns and rows count from 1, as in the files' names.
  private static func object(
    _ event: String, _ place: SheetPlan.Place, done: Int, of count: Int
  ) -> [String: Any] {
    [
      "event": event, "column": place.column + 1, "row": place.row + 1, "done": done,
      "pictures": count,
    ]
  }

  /// A picture that the engine could not make; the next ones are made all the same.
  func tell(_ fault: SheetError) {
    if isJSON {
      JSONLine.write(["event": "failed", "error": "\(fault)"])
    } else if !isQuiet {
      StatusLine.clear()
    }
    Console.error("pixart: \(fault)")
  }

  /// - Parameter sheet: Nil if there was nothing to put on it.
  func end(_ sheet: Saved?, done: Int, failed: Int, of count: Int, isStopped: Bool) {
    guard !isJSON else {
      var object: [String: Any] = [
        "event": isStopped ? "cancelled" : "finished", "done": done, "failed": failed,
        "pictures": count,
      ]
      if let sheet { object["file"] = sheet.file.path }
      return JSONLine.write(object)
    }
    if !isQuiet { StatusLine.clear() }
    if let sheet {
      Console.output(sheet.file.path)
      if !isQuiet { _ = try? TerminalImage.show(sheet.image, on: terminal) }
    }
    if isStopped {
      Console.error("pixart: stopped with \(done) of \(count) pictures made.")
    } else if failed > 0 {
      Console.error("pixart: \(done) of \(count) pictures are made, \(failed) failed.")
    }
  }
}
