import Foundation
import Prompts
import TextEncoding

/// A prompt as the tokenizer takes it, with the weights of its parts.
///
/// What is tokenized is the cleaned text without any marks, so that weights change nothing but
/// weights; each weighted part is cleaned by itself and looked for in there.
struct PromptText: Sendable, Equatable {
  /// A part of `cleaned`, in bytes of UTF-8.
  struct Part: Sendable, Equatable {
    let range: Range<Int>
    let weight: Float
  }

  let cleaned: String
  let parts: [Part]
  /// Weighted texts that cleaning changed beyond recognition.
  let unplaced: [String]

  /// - Parameter cleans: Otherwise the prompt is taken word for word, marks of weights included.
  init(_ prompt: String, cleans: Bool) {
    guard cleans else {
      self.init(cleaned: CaptionCleaning.notCleaned(prompt), parts: [], unplaced: [])
      return
    }
    let weights = PromptWeights(prompt)
    let cleaned = CaptionCleaning.clean(weights.plain)
    let bytes = Array(cleaned.utf8)
    var parts: [Part] = []
    var unplaced: [String] = []
    // Where the next part would be if cleaning treated what is before it as it treats it alone.
    var expected = 0
    var seen = weights.plain.startIndex
    for span in weights.spans {
      expected += Self.cleanedLength(weights.plain[seen..<span.range.lowerBound])
      seen = span.range.upperBound
      let text = String(weights.plain[span.range])
      let place = bytes.occurrence(
        of: Array(CaptionCleaning.clean(text).utf8), from: parts.last?.range.upperBound ?? 0,
        closestTo: expected)
      if let place {
        parts.append(Part(range: place, weight: Float(span.weight)))
        expected = place.upperBound
      } else if text.contains(where: { $0.isLetter || $0.isNumber }) {
        unplaced.append(text)
      }
    }
    self.init(cleaned: cleaned, parts: parts, unplaced: unplaced)
  }

  /// Of a text in the middle of a prompt, whose cleaning keeps a space at its ends.
  private static func cleanedLength(_ text: Substring) -> Int {
    CaptionCleaning.clean(String(text)).utf8.count + (text.first?.isWhitespace == true ? 1 : 0)
      + (text.last?.isWhitespace == true ? 1 : 0)
  }

  private init(cleaned: String, parts: [Part], unplaced: [String]) {
    self.cleaned = cleaned
    self.parts = parts
    self.unplaced = unplaced
  }

  /// A factor for each token's embedding, or nil if all are 1.
  ///
  /// A token that two parts share gets the weight of the one that has more of it.
  func factors(for tokens: TokenizedText) -> [Float]? {
    guard !parts.isEmpty else { return nil }
    var factors = [Float](repeating: 1, count: tokens.ids.count)
    for (index, token) in tokens.ranges.enumerated() {
      let shares = parts.map { (weight: $0.weight, share: $0.range.clamped(to: token).count) }
      if let most = shares.max(by: { $0.share < $1.share }), most.share > 0 {
        factors[index] = most.weight
      }
    }
    return factors
  }
}

extension [UInt8] {
  /// The place of a text from `start` on that is closest to another; nil for an empty text.
  fileprivate func occurrence(of text: [UInt8], from start: Int, closestTo place: Int)
    -> Range<Int>?
  {
    guard let first = text.first, count - text.count >= start else { return nil }
    var best: Int?
    for index in start...(count - text.count)
    where self[index] == first && self[index..<index + text.count].elementsEqual(text) {
      if let best, abs(best - place) <= abs(index - place) { break }
      best = index
      if index >= place { break }
    }
    return best.map { $0..<$0 + text.count }
  }
}
