import Checkpoints
import Foundation

/// A path that is typed and may be finished by what is on disk.
public struct PathQuestion: Sendable, Equatable {
  /// As it was typed; `~` stands for the user's folder.
  public let text: String
  /// Endings of the files that are meant, in lower case; folders always are.
  public let extensions: [String]
}

/// What a typed path can become.
public struct PathCompletion: Sendable, Equatable {
  /// Names shown of several.
  private static let mostNames = 8

  /// The path as far as it is sure, without `~`; a folder's ends with `/`.
  public let text: String
  /// The names that begin like it, in order, if it is not sure which is meant.
  public let names: [String]

  /// Reads the folder that the path leads to; nil if nothing in it begins so.
  init?(_ question: PathQuestion, home: URL) {
    let typed =
      question.text == "~" || question.text.hasPrefix("~/")
      ? home.path + question.text.dropFirst() : question.text
    let cut = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
    let (folder, beginning) = (String(typed[..<cut]), String(typed[cut...]))
    let place = URL(filePath: folder.isEmpty ? "." : folder)
    let found = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    let names = found.filter { $0.hasPrefix(beginning) && (beginning != "" || !$0.hasPrefix(".")) }
      .compactMap { name -> String? in
        let file = place.appending(path: name)
        if file.isFolder { return name + "/" }
        return question.extensions.contains(file.pathExtension.lowercased()) ? name : nil
      }.sorted()
    guard let first = names.first else { return nil }
    let common = names.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    text = folder + common
    self.names = names.count > 1 ? names : []
  }

  /// The names in a line, the first ones of many.
  var summary: String {
    let more = names.count - Self.mostNames
    return names.prefix(Self.mostNames).joined(separator: "  ")
      + (more > 0 ? "  and \(more) more" : "")
  }
}
