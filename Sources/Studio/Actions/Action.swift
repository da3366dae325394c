public import Terminal

/// Something a person can do, by key, from a list or by name.
///
/// The table of these is the only place that knows keys: the hint line, `?`, the palette, the
/// README's list and the manual page are made from it.
public struct Action: Sendable, Equatable {
  public enum Scope: String, Sendable, CaseIterable {
    /// In every panel, while typing too.
    case everywhere
    /// In every panel, but not while typing.
    case panels
    /// While typing a prompt.
    case text
    case settings, preview, queue, pictures, gallery
    /// While a sheet is in the preview.
    case sheet
  }

  public let id: ActionID
  public let scope: Scope
  /// The first one is shown.
  public let keys: [KeyPress]
  /// A command, such as "Run the prompt".
  public let title: String
  /// One or two words for the hint line; not there if nil.
  public let hint: String?
}

/// Names of actions as the palette takes them.
public enum ActionID: String, Sendable, CaseIterable {
  case run, runInBackground = "run-background", cancel, resume, quit
  case help, palette, search, history
  case nextPanel = "next-panel", previousPanel = "previous-panel"
  case panel1 = "panel-1", panel2 = "panel-2", panel3 = "panel-3"
  case panel4 = "panel-4", panel5 = "panel-5", panel6 = "panel-6"
  case zoom, redraw, suspend, stepOut = "step-out", edit
  case undo, redo, saveAgain = "save-again"
  case theme, model, size, sampler, style, lora
  case previewSource = "preview-source", noisyPreview = "preview-noisy"
  case draft, mouse, freshSeed = "fresh-seed"
  case copyCommand = "copy-command", saveScreen = "save-screen", doctor, settingsFile =
    "settings-file"
  case up, down, first, last
  case increase, decrease, change, reset
  case pauseQueue = "pause-queue", moveUp = "move-up", moveDown = "move-down"
  case editJob = "edit-job", repeatJob = "repeat-job", removeJob = "remove-job"
  case clearFinished = "clear-finished", toggleBackground = "toggle-background"
  case showJob = "show-job"
  case showPicture = "show-picture", followNewest = "follow-newest"
  case useSettings = "use-settings", useAsStart = "use-as-start"
  case useAsCondition = "use-as-condition", openOutside = "open-outside"
  case copyPath = "copy-path"
  case stepBack = "step-back", stepAhead = "step-ahead", decodeStep = "decode-step"
  case branch, branches
  case sheet, showSheet = "show-sheet", openCell = "open-cell"
  case cellLeft = "cell-left", cellRight = "cell-right", cellUp = "cell-up", cellDown = "cell-down"
  case gallery, galleryBack = "gallery-back", largePicture = "large-picture"
  case left, right, pageUp = "page-up", pageDown = "page-down"
  case sortGallery = "sort-gallery", reverseGallery = "reverse-gallery"
  case markPicture = "mark-picture", markAll = "mark-all"
  case starPicture = "star-picture", trashPicture = "trash-picture"
  case restorePicture = "restore-picture"
  case rate0 = "rate-0", rate1 = "rate-1", rate2 = "rate-2", rate3 = "rate-3", rate4 = "rate-4"
  case rate5 = "rate-5"
  case compare, flip, usePrompt = "use-prompt", useSeed = "use-seed"
  case contactSheet = "contact-sheet", variations
  /// Keys that the text editor itself understands; listed, and run by pressing them for the person.
  case editing
}
