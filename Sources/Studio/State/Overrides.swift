import Generation
import Terminal

/// What was chosen in the studio against the settings file; kept over restarts.
public struct Overrides: Codable, Sendable, Equatable {
  public var theme: String?
  public var previews: PreviewChoice?
  public var draft: Bool?
  public var mouse: Bool?

  public init() {}
}

extension StudioState {
  /// The theme in use: the one under the cursor of a list, else the one chosen, else the file's.
  public var themeName: String {
    themeSeen ?? overrides.theme ?? preferences.theme.name(on: background)
  }

  public var previews: PreviewChoice { overrides.previews ?? preferences.previews }
  public var drafts: Bool { overrides.draft ?? preferences.draft }
  public var mouse: Bool { overrides.mouse ?? preferences.mouse }

  /// Takes a changed settings file over; what it says anew counts more than what was chosen here.
  mutating func adopt(_ changed: Preferences) {
    if changed.theme != preferences.theme { overrides.theme = nil }
    if changed.previews != preferences.previews { overrides.previews = nil }
    if changed.draft != preferences.draft { overrides.draft = nil }
    if changed.mouse != preferences.mouse { overrides.mouse = nil }
    preferences = changed
  }
}

extension PreviewChoice {
  var title: String {
    switch self {
    case .clean: "clean, linear"
    case .tiny: "clean, tiny autoencoder"
    case .noisy: "noisy, linear"
    case .off: "off"
    }
  }
}

extension PreviewChoice: Codable {}

extension PreviewChoice {
  /// As the engine calls it.
  var source: PreviewSource {
    switch self {
    case .clean: .denoisedLinear
    case .tiny: .denoisedTiny
    case .noisy: .noisyLinear
    case .off: .off
    }
  }
}

extension PreviewSource {
  /// What a preview was really made from.
  var title: String {
    switch self {
    case .denoisedLinear: PreviewChoice.clean.title
    case .denoisedTiny: PreviewChoice.tiny.title
    case .noisyLinear: PreviewChoice.noisy.title
    case .off: PreviewChoice.off.title
    }
  }
}
