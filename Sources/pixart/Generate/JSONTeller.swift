import Foundation
import Generation

/// One JSON object a line on standard output.
struct JSONTeller: EventTeller {
  private struct Saved {
    let file: URL
    let seed: UInt64
  }

  private var saved: [Saved] = []

  mutating func tell(_ event: GenerationEvent) {
    switch event {
    case .queued, .progressed: break
    case .loading(let part, let index, let count):
      write(["event": "loading", "part": part, "index": index, "of": count])
    case .promptEncoded(let prompt):
      write([
        "event": "prompt", "cleaned": prompt.cleaned, "tokens": prompt.tokens,
        "tokens_before_cut": prompt.tokensBeforeCut, "cached": prompt.wasCached,
        "unplaced_weights": prompt.unplacedWeights,
      ])
    case .stepped(let report):
      var object: [String: Any] = [
        "event": "step", "picture": report.picture, "step": report.step, "of": report.steps,
        "seconds": rounded(report.seconds),
      ]
      if let left = report.secondsLeft { object["seconds_left"] = rounded(left) }
      write(object)
    case .decoding(let picture, let fraction):
      write(["event": "decoding", "picture": picture, "fraction": rounded(fraction)])
    case .picture: break
    case .finished(let summary):
      // A request of one picture tells its file here, as scripts expect it; several tell all.
      var object: [String: Any] = [
        "event": "finished", "seconds": summary.seconds.mapValues(rounded),
        "peak_rss_bytes": ProcessMemory.now.peak, "files": saved.map(\.file.path),
      ]
      if let first = saved.first {
        object["file"] = first.file.path
        object["seed"] = first.seed
      }
      write(object)
    case .failed(let error):
      write(["event": "failed", "error": "\(error)"])
    case .cancelled:
      write(["event": "cancelled"])
    }
  }

  mutating func tell(saved picture: GeneratedPicture, in file: URL) {
    saved.append(Saved(file: file, seed: picture.seed))
    write([
      "event": "picture", "picture": picture.index, "file": file.path, "seed": picture.seed,
    ])
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1e4).rounded() / 1e4 }

  private func write(_ object: [String: Any]) {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
      return
    }
    Console.output(String(decoding: data, as: UTF8.self))
  }
}
