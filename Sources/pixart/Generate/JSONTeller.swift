import Foundation
import Generation
import Kernels

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
    case .computing(let choice):
      JSONLine.write([
        "event": "precision", "precision": choice.precision.rawValue, "reason": "\(choice)",
      ])
    case .loading(let part, let index, let count):
      JSONLine.write(["event": "loading", "part": part, "index": index, "of": count])
    case .promptEncoded(let prompt):
      JSONLine.write([
        "event": "prompt", "cleaned": prompt.cleaned, "tokens": prompt.tokens,
        "tokens_before_cut": prompt.tokensBeforeCut, "cached": prompt.wasCached,
        "unplaced_weights": prompt.unplacedWeights,
      ])
    case .noted(let text): JSONLine.write(["event": "note", "text": text])
    case .stepped(let report):
      var object: [String: Any] = [
        "event": "step", "picture": report.picture, "step": report.step, "of": report.steps,
        "seconds": JSONLine.rounded(report.seconds),
      ]
      if let left = report.secondsLeft { object["seconds_left"] = JSONLine.rounded(left) }
      JSONLine.write(object)
    case .decoding(let picture, let fraction):
      JSONLine.write([
        "event": "decoding", "picture": picture, "fraction": JSONLine.rounded(fraction),
      ])
    case .picture: break
    case .finished(let summary):
      // A request of one picture tells its file here, as scripts expect it; several tell all.
      var object: [String: Any] = [
        "event": "finished", "seconds": summary.seconds.mapValues(JSONLine.rounded),
        "peak_rss_bytes": ProcessMemory.now.peak, "files": saved.map(\.file.path),
      ]
      if summary.wasCold { object["cold"] = true }
      if let seconds = summary.secondsPerStep {
        object["seconds_per_step"] = JSONLine.rounded(seconds)
      }
      if let first = saved.first {
        object["file"] = first.file.path
        object["seed"] = first.seed
      }
      JSONLine.write(object)
    case .failed(let error):
      JSONLine.write(["event": "failed", "error": "\(error)"])
    case .cancelled:
      JSONLine.write(["event": "cancelled"])
    }
  }

  mutating func tell(saved picture: GeneratedPicture, in file: URL) {
    saved.append(Saved(file: file, seed: picture.seed))
    var object: [String: Any] = [
      "event": "picture", "picture": picture.index, "file": file.path, "seed": picture.seed,
    ]
    if let seed = picture.variationSeed { object["variation_seed"] = seed }
    JSONLine.write(object)
  }
}
