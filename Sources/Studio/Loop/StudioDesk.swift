import Checkpoints
import Foundation
import Gallery
import Generation
import Jobs
import Kernels
import Prompts
import Terminal

/// Everything the studio works with outside of its state, and the doing of its effects.
final class StudioDesk {
  let mailbox = Mailbox()
  let folders = StudioFolders()
  private let options: StudioProgram.Options
  private let preferences: PreferencesDesk
  private let galleryDesk: GalleryDesk
  private let library = ModelLibrary()
  private let device: CPU
  private let home: StudioHome?
  private let session: StateFile<SessionRecord>?
  private let history: HistoryFile<PromptHistory.Entry>
  private let saves: SaveQueue
  private let runner: JobRunner
  private let painter: SheetPainter
  private let conditions: ConditionDesk
  private let assessor: Assessor
  private let expander: Expander
  private let start = ContinuousClock.now
  private var savedSession: SessionRecord?
  private var assessedRevision = -1
  private var preview: PreviewChoice?
  private var memoryTold = 0.0

  /// - Parameter keepsSession: Whether session and queue are those of the full-screen studio.
  init(_ options: StudioProgram.Options, keepsSession: Bool = true) {
    self.options = options
    let folders = self.folders
    let mailbox = self.mailbox
    preferences = PreferencesDesk(folders: folders, theme: options.theme, mailbox: mailbox)
    let wanted = preferences.current
    let gallery =
      options.gallery ?? wanted.gallery.map { folders.url(ofPath: $0) } ?? folders.gallery
    galleryDesk = GalleryDesk(folder: gallery, indexes: folders.galleryIndexes, mailbox: mailbox)
    device = CPU(threads: options.threads ?? wanted.threads, yieldsToOthers: true)
    do {
      home = keepsSession ? try StudioHome.take(in: folders.state) : nil
    } catch {
      home = nil
      mailbox.post(.told(.warning, "Nothing will be kept for next time: \(error)"))
    }
    session = home.map { StateFile($0.folder.appending(path: "session.json")) }
    history = HistoryFile(folders.history)
    saves = SaveQueue(delay: .milliseconds(50)) { report in
      switch report {
      case .failed(let file, let reason):
        mailbox.post(.told(.error, "\(file.lastPathComponent) is not saved: \(reason)"))
      case .savedAgain(let file):
        mailbox.post(.told(.success, "\(file.lastPathComponent) is saved again."))
      }
    }
    let cache = PromptCache(folder: folders.encodedPrompts)
    let prepared = PreparedWeights(folder: folders.preparedWeights)
    let library = self.library
    let forecasts = ForecastDesk(
      file: folders.state.appending(path: "calibration.json"), device: device, cache: cache,
      prepared: prepared, library: library)
    expander = Expander(
      wildcards: WildcardFolder(folders.url(ofPath: wanted.wildcards)), mailbox: mailbox)
    assessor = Assessor(forecasts: forecasts, expander: expander, mailbox: mailbox)
    let suspended = SuspendedJobs(
      folder: (home?.folder ?? folders.state).appending(path: "suspended"))
    runner = JobRunner(
      engine: GenerationActor(
        library: library, device: device, cache: cache, prepared: prepared), gallery: gallery,
      suspended: suspended, version: options.version, mailbox: mailbox, forecasts: forecasts)
    conditions = ConditionDesk(library: library, forecasts: forecasts, mailbox: mailbox)
    painter = SheetPainter(gallery: gallery, version: options.version, mailbox: mailbox)
  }

  /// How pictures are to be shown.
  var graphics: GraphicsChoice { options.graphics ?? preferences.current.graphics }

  /// Seconds since the start.
  var now: Double { (ContinuousClock.now - start).seconds }

  var screenOptions: ScreenOptions {
    ScreenOptions(
      graphics: graphics, usesMouse: preferences.current.mouse)
  }

  // MARK: The start

  func openState(columns: Int, rows: Int) -> StudioState {
    var record: SessionRecord?
    switch session?.load() {
    case .value(let value): record = value
    case .damaged(_, let reason): mailbox.post(.told(.warning, reason))
    case .leftAlone(let error): mailbox.post(.told(.warning, "\(error)"))
    case .missing, nil: break
    }
    savedSession = record
    adoptAbandoned(into: &record)
    if let first = home?.firstStudio {
      mailbox.post(
        .told(.info, "Another studio runs (process \(first)); this one has a queue of its own."))
    }
    saves.compact(history)
    return StudioState(
      columns: columns, rows: rows, session: record, history: PromptHistory(),
      preferences: preferences.current, suspended: runner.suspended.ids,
      randomSeed: .random(in: 0 ... .max))
  }

  /// Takes over the open jobs of studios that ended beside another one.
  private func adoptAbandoned(into record: inout SessionRecord?) {
    guard home != nil else { return }
    for abandoned in StudioHome.abandoned(in: folders.state) {
      let file = StateFile<SessionRecord>(abandoned.folder.appending(path: "session.json"))
      guard let session, case .value(let other) = file.load() else { continue }
      var taken = record ?? other
      if record == nil { taken.queue = JobQueue() }
      do {
        try adopt(other, from: abandoned.folder, into: &taken)
        try session.save(taken)
        record = taken
        try abandoned.discard()
      } catch {
        // What is still there is adopted at the next start.
        mailbox.post(.told(.warning, "Jobs of another studio wait in its folder: \(error)"))
      }
    }
  }

  private func adopt(_ other: SessionRecord, from folder: URL, into taken: inout SessionRecord)
    throws
  {
    let theirs = SuspendedJobs(folder: folder.appending(path: "suspended"))
    let kept = theirs.ids
    for job in other.queue.jobs where job.isOpen {
      let id = taken.queue.add(job.request, isBackground: job.isBackground).id
      guard kept.contains(job.id) else { continue }
      let run = try theirs.load(job.id)
      try runner.suspended.save(run, of: id)
      taken.queue.update(id) { $0.status = .suspended(step: run.stepsDone) }
    }
    if other.prompt != taken.prompt {
      try history.append(
        PromptHistory.Entry(prompt: other.prompt, negative: other.negative, when: Date()))
    }
  }

  /// Looks for everything that can be shown later than the first screen, away from the loop.
  func gatherKnowledge() {
    let (library, history, mailbox, device) = (
      self.library, self.history, self.mailbox, self.device
    )
    galleryDesk.tellNewest()
    preferences.tellThemesAndStyles { [expander] in expander.use($0) }
    Task.detached(priority: .utility) {
      mailbox.post(.models(ModelChoice.all(in: library, on: device)))
      mailbox.post(.adapters(AdapterOffer.all(in: library)))
      do {
        mailbox.post(.history(PromptHistory(try history.load())))
      } catch {
        mailbox.post(.told(.warning, "The prompts of before: \(error)"))
      }
    }
  }

  func theme(named name: String) -> Theme { preferences.theme(named: name) }

  // MARK: The loop

  /// Returns when something is to be read, when time is up, or after a second.
  func wait(for descriptors: [Int32], until: Double?) {
    var polled = ([mailbox.descriptor] + descriptors).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let seconds = min(max(0, (until ?? now + 1) - now), 1)
    _ = poll(&polled, nfds_t(polled.count), Int32((seconds * 1000).rounded(.up)))
    preferences.check(at: now)
  }

  /// Does what follows from a state by itself: keeps it, measures the prompt, forecasts.
  func follow(_ state: StudioState) {
    let record = state.session
    if record != savedSession, let session {
      savedSession = record
      saves.save(record, to: session)
    }
    if state.revision != assessedRevision {
      assessedRevision = state.revision
      assessor.assess(
        revision: state.revision,
        request: state.settings.request(prompt: state.prompt.text, negative: state.negative.text),
        style: state.settings.style)
    }
    if state.previews != preview {
      preview = state.previews
      runner.preview = state.previews.source
    }
    if state.run != nil, now - memoryTold > 0.5 {
      memoryTold = now
      let memory = ProcessMemory.now
      mailbox.post(
        .memory(now: memory.resident, peak: memory.peak, threads: device.threadCount))
    }
  }

  var isExpanding: Bool { expander.isBusy }

  func perform(_ effect: StudioEffect, _ state: inout StudioState) {
    switch effect {
    case .start(let job, let request, let resumes):
      runner.start(job, request, resumes: resumes)
    case .branch(let job, let request, let step): runner.start(job, request, from: step)
    case .showStep(let step): runner.show(step)
    case .decodeStep(let step): runner.decode(step)
    case .drawSheet(let drawing): painter.draw(drawing)
    case .saveSheet(let drawing): painter.save(drawing)
    case .stopDecoding: runner.stopDecoding()
    case .showCondition(let question): conditions.show(question)
    case .completePath(let question):
      Task.detached { [mailbox] in
        mailbox.post(.pathCompleted(question, PathCompletion(question, home: .home)))
      }
    case .gallery(let request): galleryDesk.perform(request)
    case .cancel(let job): runner.cancel(job)
    case .forget(let job): runner.forget(job)
    case .startDraft(let draft, let submission): startDraft(draft, submission)
    case .tellCommand(let source): tellCommand(source)
    case .expand(let submission): expander.expand(submission)
    case .saveAgain: runner.saveAgain()
    case .openPicture(let entry): open(entry)
    case .readRecipe(let path): readRecipe(path, state.settings)
    case .openOutside(let path):
      Outside.open(path) { [mailbox] fault in mailbox.post(.told(.error, fault)) }
    case .addHistory(let prompt, let negative):
      let entry = PromptHistory.Entry(prompt: prompt, negative: negative, when: Date())
      saves.append(entry, to: history)
      mailbox.post(.addedHistory(entry))
    case .tellSettingsFile: mailbox.post(.told(.info, "Settings: \(folders.preferences.path)"))
    case .redraw, .bell, .suspend, .copy, .tellTerminal, .writeScreen, .quit: break
    }
  }

  /// A draft shows one of the prompts that a template stands for.
  private func startDraft(_ draft: Int, _ submission: Submission) {
    do {
      var (request, template) = try expander.template(
        submission.request, style: submission.style)
      request.prompt = template.one(seed: request.seed)
      runner.start(draft, request, resumes: false)
    } catch {
      mailbox.post(.engine(job: draft, .failed(error)))
    }
  }

  private func tellCommand(_ source: CommandSource) {
    let (mailbox, expander) = (self.mailbox, self.expander)
    Task.detached {
      do {
        switch source {
        case .prompt(let submission):
          var (request, template) = try expander.template(
            submission.request, style: submission.style)
          request.prompt = template.one(seed: request.seed)
          mailbox.post(.command(request.commandLine()))
        case .picture(let path):
          let file = URL(filePath: path)
          guard let recipe = try Recipe(file: file) else {
            return mailbox.post(
              .told(.warning, "\(file.lastPathComponent) does not say how it was made."))
          }
          let saved = SavedRecipe(recipe, settings: RequestSettings())
          let request = saved.settings.request(prompt: saved.prompt, negative: saved.negative)
          mailbox.post(.command(request.commandLine()))
        }
      } catch {
        mailbox.post(.told(.error, "\(error)"))
      }
    }
  }

  /// The screen as text, where a bug report finds it.
  func write(_ surface: Surface) {
    let file = folders.state.appending(path: "screen.txt")
    do {
      try StudioFolders.make(folders.state)
      try AtomicFile.write(Data((surface.rows.joined(separator: "\n") + "\n").utf8), to: file)
      mailbox.post(.told(.success, "Wrote \(file.path)"))
    } catch {
      mailbox.post(.told(.error, "The screen was not written: \(error)"))
    }
  }

  /// Stops what runs, keeps it, and keeps the session.
  func close(_ state: inout StudioState) {
    runner.stopAll()
    for event in mailbox.take() { _ = state.update(event, at: now) }
    if let session { saves.save(state.session, to: session) }
    let faults = runner.saveBeforeEnd() + saves.flush() + [galleryDesk.close()].compactMap(\.self)
    for fault in faults {
      // There is nowhere else to say it.
      try? FileHandle.standardError.write(contentsOf: Data("pixart: \(fault)\n".utf8))
    }
  }

  // MARK: Pictures

  private func open(_ entry: PictureEntry) {
    let mailbox = self.mailbox
    Task.detached {
      let file = URL(filePath: entry.path)
      do {
        let image = try ImageFile.decode(file)
        // A damaged recipe does not hide the picture.
        let recipe = try? Recipe(file: file)
        mailbox.post(.pictureOpened(PictureEntry(file: file, recipe: recipe), image: image))
      } catch {
        mailbox.post(.told(.error, "\(error)"))
      }
    }
  }

  private func readRecipe(_ path: String, _ settings: RequestSettings) {
    let mailbox = self.mailbox
    Task.detached {
      do {
        let file = URL(filePath: path)
        guard let recipe = try Recipe(file: file) else {
          return mailbox.post(
            .told(.warning, "\(file.lastPathComponent) does not say how it was made."))
        }
        mailbox.post(.recipe(SavedRecipe(recipe, settings: settings)))
      } catch {
        mailbox.post(.told(.error, "\(error)"))
      }
    }
  }
}
