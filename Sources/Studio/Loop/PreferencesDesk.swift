import Foundation
import Prompts
import Terminal

/// The settings file, the styles and the themes, read at the start and again when they change.
final class PreferencesDesk {
  private(set) var current = Preferences()
  private let folders: StudioFolders
  private let mailbox: Mailbox
  private var themes: ThemeLibrary
  private var watcher: PreferencesWatcher
  private var checkedAt = 0.0
  private var tellStyles: ([Style]) -> Void = { _ in }

  /// Of the command line, which counts more than the file.
  private let theme: String?

  init(folders: StudioFolders, theme: String?, mailbox: Mailbox) {
    self.folders = folders
    self.theme = theme
    self.mailbox = mailbox
    themes = ThemeLibrary(folders: [folders.themes])
    do {
      try PreferencesFile.writeDefault(to: folders.preferences)
    } catch {
      mailbox.post(.told(.warning, "No settings file could be written: \(error)"))
    }
    watcher = PreferencesWatcher(
      preferences: folders.preferences, styles: folders.styles, themes: folders.themes)
    load()
    watcher = PreferencesWatcher(
      preferences: folders.preferences, styles: folders.url(ofPath: current.styles),
      themes: folders.themes)
    _ = watcher.check()
  }

  private func load() {
    do {
      let loaded = try PreferencesFile.load(folders.preferences)
      current = loaded.preferences
      if let theme { current.theme = .one(theme) }
      tell(loaded.problems)
    } catch {
      mailbox.post(.told(.error, "\(error) The settings from before hold."))
    }
  }

  private func tell(_ problems: [SettingsProblem]) {
    guard let first = problems.first else { return }
    let others = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    mailbox.post(.told(.warning, "\(first)\(others)"))
  }

  /// - Parameter styles: Hears of the styles now and whenever they change.
  func tellThemesAndStyles(_ styles: @escaping ([Style]) -> Void) {
    tellStyles = styles
    tellThemes()
    loadStyles()
  }

  private func tellThemes() {
    let offers = themes.names.compactMap { name -> ThemeOffer? in
      // A damaged theme is told of when it is chosen.
      guard let theme = try? themes.theme(named: name).theme else {
        return ThemeOffer(name: name, summary: "damaged")
      }
      let summary = theme.appearance == .any ? "for any ground" : "\(theme.appearance.rawValue)"
      return ThemeOffer(name: name, summary: summary)
    }
    mailbox.post(.themes(offers))
  }

  private func loadStyles() {
    do {
      let loaded = try StylesFile.load(folders.url(ofPath: current.styles))
      tell(loaded.problems)
      tellStyles(loaded.styles)
      mailbox.post(.styles(loaded.styles))
    } catch {
      mailbox.post(.told(.error, "\(error) The styles from before hold."))
    }
  }

  /// Reads again what was changed outside; looks once a second.
  func check(at now: Double) {
    guard now - checkedAt >= 0.9 else { return }
    checkedAt = now
    let changes = watcher.check()
    if changes.contains(.preferences) {
      load()
      mailbox.post(.preferences(current))
    }
    if changes.contains(.styles) { loadStyles() }
    if changes.contains(.themes) {
      themes = ThemeLibrary(folders: [folders.themes])
      tellThemes()
      mailbox.post(.themesChanged)
    }
  }

  /// A theme by name; the default one, and a word about it, where it cannot be had.
  func theme(named name: String) -> Theme {
    do {
      let file = try themes.theme(named: name)
      if let warning = file.warnings.first { mailbox.post(.told(.warning, warning)) }
      return file.theme
    } catch {
      mailbox.post(.told(.error, "\(error)"))
      return .plain
    }
  }
}
