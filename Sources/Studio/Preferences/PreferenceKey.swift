import Terminal
import Gallery
import Schedulers
import TOMLKit

/// One key of `config.toml`: its name, what is said of it, how it is read.
struct PreferenceKey: Sendable {
  let name: String
  /// One line for the default file.
  let explanation: String
  /// What stands after the `=` in the default file.
  let example: String
  /// What values can be, after "needs".
  let needed: String
  /// Whether nothing is set by default.
  var isOptional = false
  /// Puts the value in; false if it is none that can be.
  let read: @Sendable (TOMLValue, inout Preferences) -> Bool

  private typealias Path<Value> = any WritableKeyPath<Preferences, Value> & Sendable

  private static func flag(_ name: String, _ path: Path<Bool>, _ explanation: String) -> Self {
    Self(
      name: name, explanation: explanation, example: "\(Preferences()[keyPath: path])",
      needed: "true or false"
    ) { value, preferences in
      guard let flag = value.bool else { return false }
      preferences[keyPath: path] = flag
      return true
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: Path<Choice>, _ explanation: String
  ) -> Self {
    let choices = Choice.allCases.map { "\"\($0.rawValue)\"" }
    return Self(
      name: name, explanation: explanation,
      example: "\"\(Preferences()[keyPath: path].rawValue)\"",
      needed: choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
    ) { value, preferences in
      guard let choice = value.string.flatMap(Choice.init(rawValue:)) else { return false }
      preferences[keyPath: path] = choice
      return true
    }
  }

  private static func whole(
    _ name: String, _ path: Path<Int>, _ range: ClosedRange<Int>, _ explanation: String
  ) -> Self {
    Self(
      name: name, explanation: explanation, example: "\(Preferences()[keyPath: path])",
      needed: "a whole number from \(range.lowerBound) to \(range.upperBound)"
    ) { value, preferences in
      guard let number = value.int, range.contains(number) else { return false }
      preferences[keyPath: path] = number
      return true
    }
  }

  private static func text(_ name: String, _ path: Path<String>, _ explanation: String) -> Self {
    Self(
      name: name, explanation: explanation, example: "\"\(Preferences()[keyPath: path])\"",
      needed: "a text that is not empty"
    ) { value, preferences in
      guard let text = value.string, !text.isEmpty else { return false }
      preferences[keyPath: path] = text
      return true
    }
  }

  private static func optional<Value>(
    _ name: String, _ path: Path<Value?>, _ explanation: String, example: String, needed: String,
    _ read: @escaping @Sendable (TOMLValue) -> Value?
  ) -> Self {
    Self(
      name: name, explanation: explanation, example: example, needed: needed, isOptional: true
    ) {
      guard let found = read($0) else { return false }
      $1[keyPath: path] = found
      return true
    }
  }

  // MARK: The table

  /// All keys, in the order of the default file.
  static let all: [PreferenceKey] = [
    theme,
    choice("graphics", \.graphics, "How pictures are shown: \"auto\" asks the terminal."),
    choice("borders", \.borders, "Lines around panels: unicode, rounded (corners) or ascii."),
    flag("mouse", \.mouse, "Clicks and the wheel; off leaves selecting text to the terminal."),
    flag("bell", \.bell, "Ring the terminal's bell when a picture is finished."),
    flag("confirm-quit", \.confirmQuit, "Ask before quitting while pictures are being made."),
    choice(
      "previews", \.previews,
      "What previews show: the predicted picture (clean), the same by the tiny autoencoder (tiny),\n"
        + "the noise as it is (noisy), or nothing (off)."),
    whole("preview-every", \.previewEvery, 1...1000, "Steps from one preview to the next."),
    flag("draft", \.draft, "Make a small draft whenever typing pauses."),
    whole("draft-steps", \.draftSteps, 1...50, "Denoising steps of a draft."),
    whole(
      "draft-delay", \.draftDelay, 100...60_000, "Milliseconds without a key before a draft."),
    text("model", \.model, "The model of a new session: a name of 'pixart models', or a folder."),
    whole("steps", \.steps, 1...1000, "Denoising steps of a new session."),
    guidance,
    optional(
      "size", \.size, "Width and height of a new session; the model's own if not set.",
      example: "\"512x512\"", needed: "width and height such as \"512x768\""
    ) { value in value.string.flatMap { Recipe.Size($0)?.description } },
    optional(
      "sampler", \.sampler, "The sampler of a new session; the model's own if not set.",
      example: "\"\(SamplerName.dpmPlusPlus2M.rawValue)\"",
      needed: "one of \(SamplerName.allCases.map(\.rawValue).joined(separator: ", "))"
    ) { value in value.string.flatMap { SamplerName(rawValue: $0)?.rawValue } },
    flag(
      "low-memory", \.lowMemory,
      "Whether the parts of a model take turns in memory, in a new session; they do where they must."
    ),
    optional(
      "gallery", \.gallery,
      "Where pictures are saved, from the next start on; the data folder's gallery if not set.",
      example: "\"~/Pictures/pixart\"", needed: "a folder's path"
    ) { value in value.string.flatMap { $0.isEmpty ? nil : $0 } },
    text(
      "wildcards", \.wildcards,
      "Folder of wildcard files, from the next start on; a relative path starts beside this file."
    ),
    text("styles", \.styles, "File of named styles, watched from the next start on."),
    optional(
      "threads", \.threads, "Threads that compute, from the next start on; all cores if not set.",
      example: "4",
      needed: "a whole number from 1 to 1024"
    ) { value in value.int.flatMap { (1...1024).contains($0) ? $0 : nil } },
  ]

  private static let theme = Self(
    name: "theme",
    explanation: "A theme by name, or two: { dark = \"default\", light = \"default\" }.",
    example: "\"default\"",
    needed: "a theme's name, or { dark = \"…\", light = \"…\" }"
  ) { value, preferences in
    if let name = value.string, !name.isEmpty {
      preferences.theme = .one(name)
      return true
    }
    guard let pair = value.table, let dark = pair["dark"]?.string, !dark.isEmpty,
      let light = pair["light"]?.string, !light.isEmpty
    else { return false }
    preferences.theme = .pair(dark: dark, light: light)
    return true
  }

  private static let guidance = Self(
    name: "guidance", explanation: "Guidance of a new session; 1 turns it off.",
    example: "\(Preferences().guidance)", needed: "a number from 0 to 100"
  ) { value, preferences in
    guard let number = value.double ?? value.int.map(Double.init), (0...100).contains(number)
    else { return false }
    preferences.guidance = number
    return true
  }
}
