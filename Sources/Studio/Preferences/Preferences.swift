public import Terminal

/// How a person wants the studio to be; what `config.toml` says.
///
/// Paths are as written; ``StudioFolders/url(ofPath:)`` says where they lead.
public struct Preferences: Sendable, Equatable {
  // MARK: The screen
  public var theme = ThemeChoice.one("default")
  public var graphics = GraphicsChoice.auto
  public var borders = BorderStyle.rounded
  public var mouse = true
  public var bell = false
  public var confirmQuit = true

  // MARK: Watching
  public var previews = PreviewChoice.clean
  /// Steps from one preview to the next.
  public var previewEvery = 1

  // MARK: Drafts while typing
  public var draft = false
  public var draftSteps = 4
  /// Milliseconds without a key after which a draft begins.
  public var draftDelay = 700

  // MARK: What a new session starts with
  public var model = "default"
  public var steps = 20
  public var guidance = 4.5
  /// Written like `512x768`; the model's own if nil.
  public var size: String?
  /// The one the model is published with if nil.
  public var sampler: String?
  public var lowMemory = false

  // MARK: Places and the machine
  /// The gallery of the data folder if nil.
  public var gallery: String?
  public var wildcards = "wildcards"
  public var styles = "styles.toml"
  /// All cores if nil.
  public var threads: Int?

  /// What holds where nothing is written.
  public init() {}
}

public enum PreviewChoice: String, Sendable, CaseIterable {
  /// The predicted clean latents by a linear map.
  case clean
  /// The predicted clean latents by the tiny autoencoder.
  case tiny
  /// The latents as they are, by a linear map.
  case noisy
  case off
}
