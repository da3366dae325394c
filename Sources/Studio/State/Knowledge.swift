public import Generation

/// A model that can be chosen, as far as the screen has to know it.
public struct ModelChoice: Sendable, Equatable {
  public var name: String
  /// Family, size and what it is for, in a line.
  public var summary: String
  /// Why it cannot be used; it can if nil.
  public var fault: String?
  /// The size it was trained at, like `512x512`.
  public var nativeSize: String?
  /// All sizes it was trained at, the native one first; one of its own if it has no bins.
  public var sizes: [String]
  /// Sides are multiples of this many pixels.
  public var sizeMultiple: Int
  public var sampler: String?
  public var hasTinyPreview: Bool
  public var habits: SamplingHabits
  /// What it is computed in if nothing is asked for; nil if it is too small for a choice.
  public var usualPrecision: String?
  /// Those that this processor has no instructions for.
  public var lackingPrecisions: [String]

  public init(
    name: String, summary: String, fault: String? = nil, nativeSize: String? = nil,
    sizes: [String] = [], sizeMultiple: Int = 16, sampler: String? = nil,
    hasTinyPreview: Bool = false, habits: SamplingHabits = .common, usualPrecision: String? = nil,
    lackingPrecisions: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.fault = fault
    self.nativeSize = nativeSize
    self.sizes = sizes
    self.sizeMultiple = sizeMultiple
    self.sampler = sampler
    self.hasTinyPreview = hasTinyPreview
    self.habits = habits
    self.usualPrecision = usualPrecision
    self.lackingPrecisions = lackingPrecisions
  }
}

/// A named look of the screen.
public struct ThemeOffer: Sendable, Equatable {
  public var name: String
  public var summary: String

  public init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}

/// What is known of the request as it stands, before Enter.
public struct Assessment: Sendable, Equatable {
  /// Something wrong or doubtful about one setting.
  public struct Problem: Sendable, Equatable {
    public var field: SettingsRow?
    /// The request cannot run as it is.
    public var isError: Bool
    public var message: String

    public init(field: SettingsRow?, isError: Bool, message: String) {
      self.field = field
      self.isError = isError
      self.message = message
    }
  }

  /// Time and memory the request will take.
  public struct Forecast: Sendable, Equatable {
    public var seconds: Double
    public var peakBytes: Int
    /// What the machine could give now.
    public var availableBytes: Int
    /// Whether runs on this machine corrected the guess.
    public var isCalibrated: Bool

    public init(seconds: Double, peakBytes: Int, availableBytes: Int, isCalibrated: Bool) {
      self.seconds = seconds
      self.peakBytes = peakBytes
      self.availableBytes = availableBytes
      self.isCalibrated = isCalibrated
    }
  }

  /// How much of a prompt the model reads.
  public struct Tokens: Sendable, Equatable {
    /// Of the whole text.
    public var count: Int
    public var limit: Int
    /// Where the part begins that gets no tokens, in characters of the text.
    public var cutStart: Int?
    /// Weights that could not be placed, and the like.
    public var notes: [String]

    public init(count: Int, limit: Int, cutStart: Int? = nil, notes: [String] = []) {
      self.count = count
      self.limit = limit
      self.cutStart = cutStart
      self.notes = notes
    }
  }

  public var problems: [Problem] = []
  public var forecast: Forecast?
  public var prompt: Tokens?
  public var negative: Tokens?
  /// Pictures the prompt's alternatives and wildcards make; 1 without any.
  public var expansions = 1

  public init() {}
}

/// A saved picture in the list of pictures.
public struct PictureEntry: Sendable, Equatable {
  public var path: String
  /// The prompt, or the file's name while that is not known.
  public var title: String
  /// Like `512x512 · 20 steps · seed 7`.
  public var detail: String

  public init(path: String, title: String, detail: String) {
    self.path = path
    self.title = title
    self.detail = detail
  }
}
