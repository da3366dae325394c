/// Words with a name that are put around or behind a prompt.
///
/// They may hold alternatives, wildcards and weights: apply styles before a template is expanded.
public struct Style: Codable, Hashable, Sendable {
  public var name: String
  /// Around the prompt where it says `{prompt}`; behind it, after a comma, otherwise.
  public var prompt: String
  /// Joined with the negative prompt in the same way.
  public var negative: String

  public init(name: String, prompt: String, negative: String = "") {
    self.name = name
    self.prompt = prompt
    self.negative = negative
  }

  /// The two prompts with this style.
  public func applied(
    to prompt: String, negative: String
  ) -> (prompt: String, negative: String) {
    (Self.join(prompt, self.prompt), Self.join(negative, self.negative))
  }

  private static func join(_ text: String, _ style: String) -> String {
    if style.contains("{prompt}") {
      return style.split(separator: "{prompt}", omittingEmptySubsequences: false)
        .joined(separator: text)
    }
    return [text, style].filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: ", ")
  }
}
