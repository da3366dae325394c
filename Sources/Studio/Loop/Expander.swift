import Foundation
import Jobs
import Prompts
import Synchronization

/// Makes a prompt's style, alternatives and wildcards into the prompts they stand for.
final class Expander: Sendable {
  private let wildcards: WildcardFolder
  private let mailbox: Mailbox
  // Written when the styles file changes, read by the threads that expand.
  private let styles = Mutex<[Style]>([])
  private let busy = Atomic(0)

  /// More jobs at once are a mistake rather than a wish.
  static let most = 1000

  init(wildcards: WildcardFolder, mailbox: Mailbox) {
    self.wildcards = wildcards
    self.mailbox = mailbox
  }

  func use(_ styles: [Style]) { self.styles.withLock { $0 = styles } }

  var isBusy: Bool { busy.load(ordering: .relaxed) > 0 }

  /// The request with its style, and what its prompt stands for.
  ///
  /// - Throws: `TemplateError`, or that there is no such style.
  func template(_ request: JobRequest, style: String?) throws -> (JobRequest, PromptTemplate) {
    var request = request
    request.style = style
    if let style {
      guard let found = styles.withLock({ $0.first { $0.name == style } }) else {
        throw StyleError.unknown(style, known: styles.withLock { $0.map(\.name) })
      }
      request.template = request.prompt
      (request.prompt, request.negative) = found.applied(
        to: request.prompt, negative: request.negative)
    }
    return (request, try PromptTemplate(request.prompt, wildcards: wildcards))
  }

  /// Answers with an event.
  func expand(_ submission: Submission) {
    busy.add(1, ordering: .relaxed)
    Task.detached { [self] in
      do {
        var submission = submission
        let (request, template) = try template(submission.request, style: submission.style)
        submission.request = request
        mailbox.post(.expanded(submission, prompts: try template.all(limit: Self.most)))
      } catch {
        mailbox.post(.told(.error, "\(error)"))
      }
      busy.subtract(1, ordering: .relaxed)
    }
  }
}

enum StyleError: Error, CustomStringConvertible {
  case unknown(String, known: [String])

  var description: String {
    switch self {
    case .unknown(let name, let known):
      known.isEmpty
        ? "There is no style '\(name)', nor any other. Write it into styles.toml, or choose none."
        : "There is no style '\(name)'. The styles are \(known.joined(separator: ", "))."
    }
  }
}
