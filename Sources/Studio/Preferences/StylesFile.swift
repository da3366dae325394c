public import Prompts
public import Foundation
import TOMLKit

/// `styles.toml`: a table a style, with `prompt`, `negative` or both.
public enum StylesFile {
  public struct Loaded: Sendable, Equatable {
    /// By name.
    public var styles: [Style] = []
    public var problems: [SettingsProblem] = []

    /// No styles.
    public init() {}
  }

  /// Reads a file; there are no styles where there is none.
  ///
  /// - Throws: ``SettingsError`` if it cannot be read or is no TOML.
  public static func load(_ url: URL) throws(SettingsError) -> Loaded {
    guard let data = try SettingsDocument.data(of: url) else { return Loaded() }
    return try parse(data, file: url.lastPathComponent)
  }

  /// Understands the bytes of a file.
  ///
  /// - Parameter file: Its name, for messages.
  /// - Throws: ``SettingsError/damaged(file:line:column:reason:)`` and others.
  public static func parse(_ data: Data, file: String) throws(SettingsError) -> Loaded {
    let document = try SettingsDocument(data, file: file)
    var loaded = Loaded()
    for name in document.table.keys.sorted() {
      guard let value = document.table[name]?.tomlValue, let table = value.table else {
        let found = document.table[name]?.tomlValue.briefly ?? "unreadable"
        loaded.problems.append(
          document.problem(name, "is \(found), but a style is a table: [\(name)]. It is left out."))
        continue
      }
      var texts: [String: String] = [:]
      for key in table.keys {
        guard key == "prompt" || key == "negative" else {
          loaded.problems.append(
            document.problem(
              key, "is no part of a style: 'prompt' and 'negative' are.", in: name))
          continue
        }
        guard let text = table[key]?.string else {
          let found = table[key]?.tomlValue.briefly ?? "unreadable"
          loaded.problems.append(
            document.problem(key, "is \(found), but needs a text. It is left out.", in: name))
          continue
        }
        texts[key] = text
      }
      guard !texts.isEmpty else {
        loaded.problems.append(
          document.problem(name, "has neither 'prompt' nor 'negative'. It is left out."))
        continue
      }
      loaded.styles.append(
        Style(
          name: name, prompt: texts["prompt"] ?? "", negative: texts["negative"] ?? ""))
    }
    loaded.problems.sort { ($0.line ?? 0, $0.key) < ($1.line ?? 0, $1.key) }
    return loaded
  }
}
