/// What of the studio is there again after the next start.
public struct SessionRecord: Codable, Sendable, Equatable {
  public var prompt = Self.firstPrompt
  public var negative = ""
  public var settings = RequestSettings()
  public var queue = JobQueue()
  public var sheets: [StudioSheet] = []
  public var focus = Panel.prompt
  public var overrides = Overrides()

  public init() {}

  /// Of a first start: the settings file says what to begin with.
  init(_ preferences: Preferences) {
    settings.model = preferences.model
    settings.steps = preferences.steps
    settings.guidance = preferences.guidance
    settings.size = preferences.size
    settings.sampler = preferences.sampler
    settings.lowMemory = preferences.lowMemory
  }

  /// Ready to run on a first start.
  static let firstPrompt = "a red apple on a blue background"
}

extension StudioState {
  /// The part of the state that is kept.
  public var session: SessionRecord {
    var record = SessionRecord()
    record.prompt = prompt.text
    record.negative = negative.text
    record.settings = settings
    record.queue = queue
    record.sheets = sheets.sheets
    record.focus = focus
    record.overrides = overrides
    return record
  }
}

extension SessionRecord {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    prompt = try values.value(.prompt, or: prompt)
    negative = try values.value(.negative, or: negative)
    settings = try values.value(.settings, or: settings)
    queue = try values.value(.queue, or: queue)
    sheets = try values.value(.sheets, or: sheets)
    focus = try values.value(.focus, or: focus)
    overrides = try values.value(.overrides, or: overrides)
  }
}
