public import Jobs

/// What the studio wants done outside of its state.
public enum StudioEffect: Sendable, Equatable {
  case start(job: Int, JobRequest, resumes: Bool)
  /// Starts a job from a kept step; from nothing, to the same end, if that is gone.
  case branch(job: Int, JobRequest, from: FilmStep)
  /// Answer with ``StudioEvent/stepShown(_:_:isDecoded:)``.
  case showStep(FilmStep)
  case decodeStep(FilmStep)
  case stopDecoding
  /// Answer with ``StudioEvent/sheetDrawn(_:_:)`` and ``StudioEvent/sheetSaved(_:_:)``.
  case drawSheet(SheetDrawing)
  case saveSheet(SheetDrawing)
  /// Answer with ``StudioEvent/conditionShown(_:_:)``.
  case showCondition(ConditionQuestion)
  /// Answer with ``StudioEvent/pathCompleted(_:_:)``.
  case completePath(PathQuestion)
  case gallery(GalleryRequest)
  case cancel(job: Int)
  /// What was kept of a stopped job is not needed any more.
  case forget(job: Int)
  /// Drafts have numbers below 0.
  case startDraft(Int, Submission)
  /// Answers with ``StudioEvent/expanded(_:prompts:)``.
  case expand(Submission)
  /// Tries again to save pictures that could not be saved.
  case saveAgain
  case openPicture(PictureEntry)
  case readRecipe(path: String)
  /// Answers with ``StudioEvent/command(_:)``.
  case tellCommand(CommandSource)
  case openOutside(path: String)
  case copy(String)
  case addHistory(prompt: String, negative: String)
  case writeScreen
  case tellTerminal
  case tellSettingsFile
  case redraw
  case bell
  case suspend
  case quit
}

/// What a command line is asked for.
public enum CommandSource: Sendable, Equatable {
  case prompt(Submission)
  case picture(path: String)
}

/// A prompt on its way into the queue.
public struct Submission: Sendable, Equatable {
  /// The prompt is still a template.
  public var request: JobRequest
  public var style: String?
  public var isBackground: Bool
  /// What it branches from.
  public var origin: FilmStep?

  public init(request: JobRequest, style: String?, isBackground: Bool) {
    self.request = request
    self.style = style
    self.isBackground = isBackground
  }
}
