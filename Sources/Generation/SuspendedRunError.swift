public import Checkpoints
public import Foundation

/// Why a kept run cannot go on.
public enum SuspendedRunError: Error, CustomStringConvertible {
  /// It belongs to a request with another value of a field.
  case differs(field: String, kept: String, asked: String)
  /// A branch from a step that is not there.
  case stepNotKept(Int, kept: Int)
  /// The file is not there, cut off, or no safetensors file.
  case unreadable(CheckpointError)
  /// A safetensors file of something else.
  case notARun(URL)
  case otherVersion(URL, found: Int, known: Int)
  /// What it holds does not belong together, or not to its checksum.
  case damaged(URL, what: String)

  public var description: String {
    switch self {
    case .differs(let field, let kept, let asked):
      "The kept run has \(field) '\(Self.short(kept))', but '\(Self.short(asked))' was asked for. "
        + "Go on with the request it belongs to, or start anew."
    case .stepNotKept(let step, let kept):
      "A branch at step \(step) was asked for, but \(kept) steps are kept. Choose one of these, or "
        + "make the branch from its beginning."
    case .unreadable(let error): "The kept run cannot be read: \(error)"
    case .notARun(let file):
      "'\(file.path)' holds no kept run, which would have the tensor 'run'. Start anew."
    case .otherVersion(let file, let found, let known):
      "'\(file.path)' holds a kept run of version \(found), but this program reads version \(known). "
        + "Start anew, or take the program that wrote it."
    case .damaged(let file, let what):
      "'\(file.path)' holds a damaged run: \(what). Start anew."
    }
  }

  private static func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 60 ? line.prefix(60) + "…" : line
  }
}
