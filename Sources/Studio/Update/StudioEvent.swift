public import Generation
public import Prompts
public import Tensors
public import Terminal

/// Everything that happens to the studio.
public enum StudioEvent: Sendable {
  case input(InputEvent)
  /// Time has passed; see ``StudioState/nextWake``.
  case tick
  /// The engine tells of a job; numbers below 0 are drafts.
  case engine(job: Int, GenerationEvent)
  /// The job stopped; it can go on from a step if `step` is one.
  case suspended(job: Int, step: Int?, preview: PixelImage?)
  /// A picture of a job is safe on disk.
  case saved(job: Int, entry: PictureEntry, image: PixelImage)
  /// The steps of a picture are kept.
  case filmed(Film)
  /// What was kept of a film had to go.
  case filmGone(Int)
  case stepShown(FilmStep, PixelImage, isDecoded: Bool)
  /// A step could not be decoded, or that was stopped; nil if there is nothing to say.
  case stepNotDecoded(String?)
  /// A condition with its edges; nil if there are none to show.
  case conditionShown(ConditionQuestion, ConditionAnswer?)
  /// A typed path as far as it is sure; nil if there is no such file.
  case pathCompleted(PathQuestion, PathCompletion?)
  /// A sheet was painted for the preview.
  case sheetDrawn(Int, PixelImage)
  /// A sheet was written; not, if there is no entry.
  case sheetSaved(StudioSheet, PictureEntry?)
  /// A picture of a job could not be saved and is kept in memory.
  case notSaved(job: Int, message: String)
  /// A finished job taught the forecasts something.
  case learned
  case memory(now: Int, peak: Int, threads: Int)
  case models([ModelChoice])
  case adapters([AdapterOffer])
  case styles([Style])
  /// A prompt that was run, now on disk.
  case addedHistory(PromptHistory.Entry)
  case themes([ThemeOffer])
  /// A theme's file is another one now.
  case themesChanged
  /// No more lines will come; only the plain mode has an end.
  case inputEnded
  case assessed(revision: Int, Assessment)
  /// What a template with alternatives or wildcards became.
  case expanded(Submission, prompts: [String])
  case pictures([PictureEntry])
  case pictureOpened(PictureEntry, image: PixelImage)
  /// A command line that was asked for.
  case command(String)
  /// A picture's recipe, to be taken over.
  case recipe(SavedRecipe)
  case preferences(Preferences)
  /// Of the terminal, as far as it tells.
  case background(TerminalBackground)
  /// A line of the plain mode.
  case line(String)
  /// The prompts of before.
  case history(PromptHistory)
  /// How pictures get to the screen now.
  case graphics(String)
  /// What pictures are made of on this screen; nil where none are shown.
  case pictureRoom(PictureRoom?)
  case gallery(GalleryAnswer)
  case told(Notice.Kind, String)
  /// A text to read, such as what the terminal answered.
  case report(title: String, lines: [String])
  /// The system or the terminal wants the program to end.
  case terminated
}

/// A prompt and negative prompt with settings that came out of a picture's file.
public struct SavedRecipe: Sendable, Equatable {
  public var prompt: String
  public var negative: String
  /// Changes the settings panel's values to those of the picture.
  public var settings: RequestSettings
  /// What of the recipe the settings cannot say.
  public var leftOut: String?

  public init(
    prompt: String, negative: String, settings: RequestSettings, leftOut: String? = nil
  ) {
    self.prompt = prompt
    self.negative = negative
    self.settings = settings
    self.leftOut = leftOut
  }
}
