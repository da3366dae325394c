public import Checkpoints
public import Kernels
import Foundation
import TextEncoding

/// Counts a prompt's tokens as a model would see them, without any of its weights.
public struct PromptMeter: Sendable {
  /// Most tokens of a prompt, the end mark included.
  public let limit: Int
  private let tokenizer: T5Tokenizer
  private let folder: ModelFolder

  /// Reads the model's vocabulary.
  ///
  /// - Throws: `TokenizerError`, or that the model has none.
  public init(model: ModelFolder) throws {
    folder = model
    tokenizer = try T5Tokenizer(model.tokenizerFile())
    limit = model.family.maxTokens
  }

  /// - Parameter cleans: Whether the prompt is cleaned before, as requests do by default.
  public func measure(_ prompt: String, cleans: Bool = true) -> PromptMeasure {
    let text = PromptText(prompt, cleans: cleans)
    let tokens = tokenizer.tokenize(text.cleaned, maxLength: limit)
    let cut = tokens.cut.map { String(text.cleaned[$0]) }
    return PromptMeasure(
      tokens: tokens.wholeCount, usedTokens: tokens.ids.count, limit: limit, cutText: cut,
      cutRange: cut.flatMap { CutFinder.range(of: $0, in: prompt, after: text.cleaned) },
      unplacedWeights: text.unplaced, ids: tokens.ids)
  }

  /// Whether a prompt that was measured is in a cache, so that no text encoder is needed.
  public func isCached(
    _ measure: PromptMeasure, in cache: PromptCache, precision: Precision = .fp32
  ) -> Bool {
    guard let key = try? PromptCache.key(for: measure.ids, encodedBy: folder, precision) else {
      return false
    }
    return cache.contains(key)
  }
}

/// How long a prompt is for a model.
public struct PromptMeasure: Sendable, Equatable {
  /// Of the whole prompt, the end mark included.
  public let tokens: Int
  /// Of the part that fits.
  public let usedTokens: Int
  public let limit: Int
  /// The part of the cleaned prompt that does not fit; nil if all does.
  public let cutText: String?
  /// The same part in the prompt as it was written, where it can be told.
  public let cutRange: Range<String.Index>?
  /// Weighted texts that are not in the cleaned prompt, so that their weights have no effect.
  public let unplacedWeights: [String]
  /// Of the part that fits.
  let ids: [Int32]
}

/// Finds in a prompt what was cut off its cleaned form, which is in lower case and lacks some signs.
private enum CutFinder {
  /// - Parameters:
  ///   - cut: The end of `cleaned`.
  ///   - prompt: As it was written.
  /// - Returns: Nil if the prompt's letters are not those of its cleaned form.
  static func range(of cut: String, in prompt: String, after cleaned: String)
    -> Range<String.Index>?
  {
    let kept = letters(cleaned.dropLast(cut.count))
    let lost = letters(cut[...])
    // What was kept, found as early as it can be, must end before what was lost, found as late as
    // it can be, begins.
    var end = prompt.startIndex
    for letter in kept {
      guard let next = prompt[end...].firstIndex(where: { $0.lowercased() == letter }) else {
        return nil
      }
      end = prompt.index(after: next)
    }
    var start = prompt.endIndex
    for letter in lost.reversed() {
      guard let last = prompt[..<start].lastIndex(where: { $0.lowercased() == letter }) else {
        return nil
      }
      start = last
    }
    return start < end ? nil : start..<prompt.endIndex
  }

  private static func letters(_ text: Substring) -> [String] {
    text.filter { !$0.isWhitespace }.map { $0.lowercased() }
  }
}
