import Foundation
import Gallery
import Jobs
import Prompts

/// The adapters of the next picture while they are chosen: those it has, then those at hand.
struct AdapterEditing: Sendable, Equatable {
  enum Row: Sendable, Equatable {
    /// By its place in the request's list.
    case used(Int)
    case offered(AdapterOffer)
    /// What is typed, as a path or a name.
    case typed(JobRequest.Lora)
  }

  var query = TextEditor("")
  var selection = 0

  /// The rows as the query leaves them: what is used, what is offered, and what is typed if it is none
  /// of these.
  func rows(_ used: [JobRequest.Lora], offers: [AdapterOffer]) -> [Row] {
    let text = query.text.trimmingCharacters(in: .whitespaces)
    let free = offers.filter { offer in !used.contains { $0.file == offer.name } }
    guard !text.isEmpty else {
      return used.indices.map { .used($0) } + free.map { .offered($0) }
    }
    let found = FuzzyPattern(text).matches(in: free.map(\.name)).map { Row.offered(free[$0.0]) }
    guard let typed = JobRequest.Lora(text), !free.contains(where: { $0.name == text }) else {
      return found
    }
    // A path is meant as it stands.
    return text.contains("/") || text.contains(".")
      ? [.typed(typed)] + found : found + [.typed(typed)]
  }
}
