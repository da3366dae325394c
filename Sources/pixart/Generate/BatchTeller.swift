import Foundation
import Generation
import Jobs

/// Tells how a batch goes: a line on standard error and paths on standard output, or JSON.
struct BatchTeller {
  /// Where in the batch a picture is.
  struct Place {
    /// Of the file, from 1.
    let line: Int
    /// Pictures that are done, in earlier runs too.
    let done: Int
    /// Pictures of the whole batch.
    let count: Int
  }

  private let isJSON: Bool
  private let isQuiet: Bool

  static var json: BatchTeller { BatchTeller(isJSON: true, isQuiet: true) }

  static func lines(isQuiet: Bool) -> BatchTeller {
    BatchTeller(isJSON: false, isQuiet: isQuiet)
  }

  /// The first model, and every other one that lines name.
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

  /// - Parameter secondsLeft: For the whole batch; nil where it is not known yet.
  func tell(_ step: StepReport, secondsLeft: Double?, at place: Place) {
    if isJSON {
      var object: [String: Any] = [
        "event": "step", "line": place.line, "done": place.done, "pictures": place.count,
        "step": step.step, "of": step.steps, "seconds": JSONLine.rounded(step.seconds),
      ]
      if let secondsLeft { object["seconds_left"] = JSONLine.rounded(secondsLeft) }
      JSONLine.write(object)
    } else if !isQuiet {
      StatusLine.show(
        ProgressLine.whole(step, secondsLeft: secondsLeft, done: place.done, of: place.count))
    }
  }

  func tell(saved file: URL, picture: Int, at place: Place) {
    guard isJSON else {
      if !isQuiet { StatusLine.clear() }
      return Console.output(file.path)
    }
    JSONLine.write([
      "event": "picture", "line": place.line, "picture": picture, "file": file.path,
      "done": place.done + 1, "pictures": place.count,
    ])
  }

  /// A line that the engine could not do; the next ones are done all the same.
  func tell(_ fault: BatchFault) {
    if isJSON {
      JSONLine.write(["event": "failed", "line": fault.line, "error": fault.message])
    } else if !isQuiet {
      StatusLine.clear()
    }
    Console.error("pixart: \(fault)")
  }

  func end(failed: Int, done: Int, of count: Int, isStopped: Bool) {
    if isJSON {
      let event = isStopped ? "cancelled" : "finished"
      return JSONLine.write([
        "event": event, "done": done, "failed": failed, "pictures": count,
      ])
    }
    if !isQuiet { StatusLine.clear() }
    if isStopped {
      Console.error(
        "pixart: stopped with \(done) of \(count) pictures done. The same command goes on from "
          + "there.")
    } else if failed > 0 {
      Console.error(
        "pixart: \(done) of \(count) pictures are done, \(failed) failed. The same command tries "
          + "those again.")
    }
  }
}
