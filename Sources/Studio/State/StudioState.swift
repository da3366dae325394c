import Jobs
public import Prompts
import Terminal

/// Everything the screen shows; ``update(_:at:)`` is the only door to change it.
public struct StudioState: Sendable, Equatable {
  // The screen
  public internal(set) var columns: Int
  public internal(set) var rows: Int
  public internal(set) var focus = Panel.prompt
  /// Whether keys are text; only ever true in the prompt panels.
  public internal(set) var isTyping = true
  var isZoomed = false
  var chooser: Chooser?
  var textPopup: TextPopup?
  /// The adapters while they are chosen.
  var adapterEditing: AdapterEditing?
  /// The setting that is being typed.
  var field: FieldEditing?
  /// Words that narrow a list, by panel.
  var filters: [Panel: String] = [:]
  /// The filter that is being typed.
  var filterEditing: TextEditor?
  /// The row under the cursor, by panel.
  var selection: [Panel: Int] = [:]
  var notice: Notice?

  // What is written
  public internal(set) var prompt: TextEditor
  public internal(set) var negative: TextEditor
  public internal(set) var settings: RequestSettings
  var undoStack: [Composition] = []
  var redoStack: [Composition] = []
  /// The waiting job that Enter changes instead of adding one.
  var editedJob: Int?
  /// Rises with every change of prompt or settings.
  public internal(set) var revision = 0

  // What is known
  var models: [ModelChoice] = []
  var adapters: [AdapterOffer] = []
  var styles: [Style] = []
  var themes: [ThemeOffer] = []
  var history: PromptHistory
  var assessment: Assessment?
  /// The request that it is of.
  var assessedRevision = -1
  var graphics = "none"
  /// What pictures are made of on this screen; nil where none are shown.
  var pictureRoom: PictureRoom?
  /// What the settings file says.
  public internal(set) var preferences: Preferences
  public internal(set) var overrides: Overrides
  var background = TerminalBackground.unknown
  /// The theme under the cursor of a list, not chosen yet.
  var themeSeen: String?

  // What is done
  public internal(set) var queue: JobQueue
  var run: RunState?
  /// Number of the draft that is made; drafts count down from -1.
  var draft: Int?
  var lastDraft = 0
  var draftDue: Double?
  var pictures: [PictureEntry] = []
  var preview = PreviewState()
  var condition = ConditionView()
  /// The steps of pictures that can be gone back to, and the one that is looked at.
  var shelf = FilmShelf()
  var scrub: FilmStep?
  /// The step last asked for, to be shown beside a branch.
  var besideStep: FilmStep?
  var isDecodingStep = false
  var sheets: SheetShelf
  var gallery = GalleryState()
  /// The last picture that was no preview, and the last one that was made.
  var standing = PreviewState()
  var newest: PreviewState?
  /// Whether a picture of the list stays in the preview while others are made.
  var isPinned = false
  /// A picture could not be saved and waits in memory.
  var hasUnsaved = false
  /// Nobody has run anything yet.
  var isFirstStart: Bool

  /// Seconds of a clock that only goes forward.
  var clock = 0.0
  var interruptedAt: Double?
  var quitAskedAt: Double?
  /// A stopped job that is to be forgotten if that is asked for again.
  var removalAsked: Int?
  /// Whether the terminal's window has the focus.
  var isLookedAt = true
  var lastImageID: UInt64 = 0
  var seeds: SeedSource
  public internal(set) var hasQuit = false

  /// - Parameters:
  ///   - session: Of last time.
  ///   - randomSeed: For fresh seeds.
  public init(
    columns: Int, rows: Int, session: SessionRecord?, history: PromptHistory,
    preferences: Preferences, suspended: Set<Int> = [], randomSeed: UInt64
  ) {
    self.columns = columns
    self.rows = rows
    self.preferences = preferences
    self.history = history
    seeds = SeedSource(state: randomSeed)
    isFirstStart = session == nil
    let session = session ?? SessionRecord(preferences)
    prompt = TextEditor(session.prompt)
    negative = TextEditor(session.negative)
    settings = session.settings
    queue = session.queue
    overrides = session.overrides
    sheets = SheetShelf(session.sheets)
    focus = session.focus
    isTyping = session.focus.isText
    queue.restore(suspended: suspended)
    if settings.seedMode == .fresh { settings.changingSeed = seeds.next() }
    let open = queue.jobs.filter(\.isOpen).count
    if open > 0 {
      notice = Notice(
        kind: .info,
        text: "\(open) job\(open == 1 ? "" : "s") of last time wait\(open == 1 ? "s" : ""). "
          + "5 then p lets the queue go on.", until: 20)
    }
  }
}

/// A setting while it is typed.
struct FieldEditing: Sendable, Equatable {
  let row: SettingsRow
  var editor: TextEditor
  /// Why the text is not taken.
  var fault: String?
}

/// Prompt and settings, as undo keeps them.
struct Composition: Sendable, Equatable {
  var prompt: String
  var negative: String
  var settings: RequestSettings
}

/// Random numbers that are part of the state, so that a state and its events say it all.
struct SeedSource: Sendable, Equatable {
  var state: UInt64

  /// Up to 2^32 - 1, which is easy to write down.
  ///
  /// SplitMix64, Steele and others 2014.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ (mixed >> 31)) >> 32
  }
}
