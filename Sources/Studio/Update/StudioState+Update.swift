import Generation
import Prompts
import Terminal

extension StudioState {
  /// The whole behaviour of the studio: takes an event, changes itself, says what to do.
  ///
  /// - Parameter now: Seconds of a clock that only goes forward.
  public mutating func update(_ event: StudioEvent, at now: Double) -> [StudioEffect] {
    clock = max(clock, now)
    let before = composition
    var effects: [StudioEffect] = []
    switch event {
    case .input(let input): take(input, &effects)
    case .tick, .themesChanged, .inputEnded: break
    case .learned: revision += 1
    case .engine(let job, let event): hear(event, of: job, &effects)
    case .suspended(let job, let step, let pixels):
      stopped(job: job, step: step)
      if let pixels, preview.job == job { show(pixels, isPassing: true) }
    case .saved(let job, let entry, let pixels):
      saved(job: job, entry, pixels)
      fillSheet(job, entry.path, &effects)
      gallery.refreshDue = clock
    case .conditionShown(let question, let answer): conditionCame(question, answer)
    case .pathCompleted(let question, let completion): pathCame(question, completion)
    case .sheetDrawn(let id, let image): sheetDrawn(id, image)
    case .sheetSaved(let sheet, let entry):
      sheetSaved(sheet, entry)
      gallery.refreshDue = clock
    case .gallery(let answer): take(answer, &effects)
    case .pictureRoom(let room): pictureRoom = room
    case .filmed(let film): filmed(film, &effects)
    case .filmGone(let id): shelf.remove(id)
    case .stepShown(let step, let image, let isDecoded):
      stepShown(step, image, isDecoded: isDecoded)
    case .stepNotDecoded(let why):
      isDecodingStep = false
      if let why { tell(.error, why) }
    case .notSaved(let job, let message): notSaved(job: job, message)
    case .memory(let now, let peak, let threads):
      run?.memoryNow = now
      run?.memoryPeak = peak
      run?.threads = threads
    case .models(let models): self.models = models
    case .adapters(let adapters): self.adapters = adapters
    case .addedHistory(let entry): history.add(entry)
    case .styles(let styles): self.styles = styles
    case .themes(let themes): self.themes = themes
    case .assessed(let revision, let assessment):
      if revision == self.revision {
        self.assessment = assessment
        assessedRevision = revision
      }
    case .expanded(let submission, let prompts): enqueue(submission, prompts: prompts, &effects)
    case .pictures(let found):
      // Those that were made meanwhile stay in front.
      let paths = Set(found.map(\.path))
      pictures = pictures.filter { !paths.contains($0.path) } + found
    case .pictureOpened(let entry, let pixels): opened(entry, pixels)
    case .recipe(let recipe): adopt(recipe)
    case .preferences(let preferences): adopt(preferences)
    case .graphics(let name): graphics = name
    case .background(let background): self.background = background
    case .line(let line): take(line: line, &effects)
    case .history(let found):
      let added = history.entries
      history = found
      for entry in added { history.add(entry) }
    case .command(let line):
      effects.append(.copy(line))
      tell(.info, line)
    case .told(let kind, let text): tell(kind, text)
    case .report(let title, let lines): textPopup = TextPopup(title: title, lines: lines)
    case .terminated: quit(&effects)
    }
    switch event {
    case .models, .styles, .themes, .history, .filmed: refreshChooser()
    default: break
    }
    if composition != before { compositionChanged(&effects) }
    settle(&effects)
    return effects
  }

  var composition: Composition {
    Composition(prompt: prompt.text, negative: negative.text, settings: settings)
  }

  /// When ``update(_:at:)`` wants to hear of time next; never if nil.
  public var nextWake: Double? {
    var times: [Double] = []
    if let notice { times.append(notice.until) }
    if let draftDue, !isBusy { times.append(draftDue) }
    if run != nil { times.append(clock + 0.25) }
    if let galleryWake { times.append(galleryWake) }
    return times.min()
  }

  var isBusy: Bool { run != nil }

  mutating func tell(_ kind: Notice.Kind, _ text: String) {
    // What is wrong is not hidden at once by what is merely said.
    if kind == .info, let notice, notice.kind == .error || notice.kind == .warning,
      clock - notice.since < 2, notice.since > 0
    {
      return
    }
    let seconds = kind == .error ? 20.0 : kind == .warning ? 10 : 5
    notice = Notice(kind: kind, text: text, since: clock, until: clock + seconds)
  }

  private mutating func compositionChanged(_ effects: inout [StudioEffect]) {
    revision += 1
    guard drafts else { return }
    dropDraft(&effects)
    draftDue = clock + Double(preferences.draftDelay) / 1000
  }

  /// What follows from the state by itself: the next job starts, drafts begin, notices go.
  private mutating func settle(_ effects: inout [StudioEffect]) {
    if let until = notice?.until, until <= clock { notice = nil }
    guard !hasQuit else { return }
    if queue.runningStepsAside, let running = queue.running, run?.isStopping == false {
      queue.update(running.id) { $0.hasSteppedAside = true }
      stop(running.id, &effects)
    }
    if run == nil, let job = queue.next { start(job, &effects) }
    if let due = draftDue, due <= clock {
      draftDue = nil
      if run == nil { startDraft(&effects) }
    }
    saveSheets(&effects)
    clampSelections()
    followGallery(&effects)
    followCondition(&effects)
  }

  private mutating func clampSelections() {
    for panel in [Panel.settings, .queue, .pictures] {
      let count = rowCount(of: panel)
      selection[panel] = min(max(0, selection[panel] ?? 0), max(0, count - 1))
    }
  }

  /// Quits, but asks first while a job runs.
  mutating func askToQuit(_ effects: inout [StudioEffect]) {
    let isAsked = clock - (quitAskedAt ?? -10) <= 4
    if hasUnsaved, !isAsked {
      quitAskedAt = clock
      return tell(.warning, "A picture is in memory only. :save-again tries again, q again quits.")
    }
    if run != nil, preferences.confirmQuit, !isAsked {
      quitAskedAt = clock
      return tell(.warning, "A job runs. q again quits; the job can go on next time.")
    }
    quit(&effects)
  }

  mutating func quit(_ effects: inout [StudioEffect]) {
    guard !hasQuit else { return }
    hasQuit = true
    effects.append(.quit)
  }
}
