import Foundation
import Schedulers

/// Commands as text: what the palette takes when nothing in its list is meant, and the plain mode.
extension StudioState {
  /// Does what a line says: an action's name, or a setting and its value.
  ///
  /// - Returns: What is wrong with it; nothing was done then.
  mutating func obey(_ line: String, _ effects: inout [StudioEffect]) -> String? {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first else { return nil }
    let value = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
    if value.isEmpty, let action = ActionTable.actions.first(where: { $0.id.rawValue == name }) {
      perform(action, &effects)
      return nil
    }
    if value.isEmpty, SettingsRow(rawValue: name) != nil {
      return "Say a value, such as :steps 20; in Settings x puts the default back."
    }
    if let row = SettingsRow(rawValue: name) {
      let before = composition
      if let fault = change({ $0.set(row, to: value) }) { return fault }
      if composition != before { remember(before) }
      return nil
    }
    switch name {
    case "theme":
      guard themes.contains(where: { $0.name == value }) else {
        let names = themes.map(\.name).joined(separator: ", ")
        return "There is no theme '\(value)'; there are \(names)."
      }
      overrides.theme = value
    case "negative": negative = TextEditor(value)
    case "previews":
      guard let kind = PreviewChoice(rawValue: value) else {
        let names = PreviewChoice.allCases.map(\.rawValue).joined(separator: ", ")
        return "'\(value)' is no kind of preview; \(names) are."
      }
      overrides.previews = kind
    default:
      let settings = SettingsRow.allCases.map(\.rawValue).joined(separator: ", ")
      return "There is no command '\(name)'. There are actions such as run, cancel, quit, and "
        + "settings: \(settings)."
    }
    return nil
  }

  /// A line of the plain mode: a prompt to run, or a command behind a colon.
  mutating func take(line: String, _ effects: inout [StudioEffect]) {
    let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
    if line.isEmpty { return }
    guard line.hasPrefix(":") else {
      prompt = TextEditor(line)
      return submit(isBackground: false, &effects)
    }
    if let fault = obey(String(line.dropFirst()), &effects) { tell(.error, fault) }
  }
}
