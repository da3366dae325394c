import Foundation
import Jobs
import Terminal

/// The lists of panels as they are shown, and what can be done with their rows.
extension StudioState {
  var settingsRows: [SettingsRow] {
    SettingsRow.visible(
      for: settings, styles: styles, models: models, adapters: adapters
    ).filter {
      matches($0.title, in: .settings)
    }
  }

  var queueRows: [Job] {
    queue.jobs.filter { matches("\($0.id) \($0.statusText) \($0.request.prompt)", in: .queue) }
  }

  var pictureRows: [PictureEntry] {
    pictures.filter { matches("\($0.title) \($0.path)", in: .pictures) }
  }

  private func matches(_ text: String, in panel: Panel) -> Bool {
    guard let filter = filters[panel], !filter.isEmpty else { return true }
    return text.localizedCaseInsensitiveContains(filter)
  }

  func rowCount(of panel: Panel) -> Int {
    switch panel {
    case .settings: settingsRows.count
    case .queue: queueRows.count
    case .pictures: pictureRows.count
    case .prompt, .negative, .preview: 0
    }
  }

  var selectedRow: SettingsRow? { settingsRows[safe: selection[.settings] ?? 0] }
  var selectedJob: Job? { queueRows[safe: selection[.queue] ?? 0] }
  var selectedPicture: PictureEntry? { pictureRows[safe: selection[.pictures] ?? 0] }

  var model: ModelChoice? { models.first { $0.name == settings.model } }

  // MARK: Queue

  mutating func performOnQueue(_ id: ActionID, _ effects: inout [StudioEffect]) {
    switch id {
    case .pauseQueue:
      queue.isPaused.toggle()
      tell(
        .info,
        queue.isPaused ? "Paused: what runs ends, nothing else starts." : "The queue goes on.")
      return
    case .clearFinished: return queue.removeFinished()
    default: break
    }
    guard let job = selectedJob else { return tell(.info, "The queue is empty.") }
    switch id {
    case .moveUp: moveJob(job, -1)
    case .moveDown: moveJob(job, 1)
    case .repeatJob:
      queue.add(job.request, isBackground: job.isBackground)
      tell(.info, "Queued again as it was, with the same seed.")
    case .toggleBackground: queue.update(job.id) { $0.isBackground.toggle() }
    case .showJob: textPopup = details(of: job)
    case .editJob: take(back: job)
    case .removeJob:
      if job.status == .running {
        stop(job.id, &effects)
      } else if case .suspended(let step) = job.status, removalAsked != job.id {
        removalAsked = job.id
        tell(.warning, "Job \(job.id) could go on from step \(step). x again takes it off.")
      } else {
        queue.remove(job.id)
        effects.append(.forget(job: job.id))
      }
    default: break
    }
  }

  private mutating func moveJob(_ job: Job, _ offset: Int) {
    guard filters[.queue]?.isEmpty != false else {
      return tell(.info, "Clear the search first: / then Esc.")
    }
    if queue.move(job.id, by: offset) { selection[.queue, default: 0] += offset }
  }

  private mutating func take(back job: Job) {
    var settings = self.settings
    settings.adopt(job.request)
    // A branch of kept steps is made from nothing when it is changed.
    if shelf.origins[job.id] != nil { settings.branch = [] }
    replace(
      prompt: job.request.template ?? job.request.prompt, negative: job.request.negative,
      settings: settings)
    if job.isOpen, job.status != .running {
      editedJob = job.id
      tell(.info, "Enter changes job \(job.id); its place in the queue stays.")
    } else {
      tell(.info, "Took over the prompt and settings of job \(job.id).")
    }
    go(to: .prompt)
  }

  private func details(of job: Job) -> TextPopup {
    var lines = ["\(job.statusText)", "", "Prompt", "  \(job.request.prompt)"]
    if let template = job.request.template { lines += ["Made from", "  \(template)"] }
    if !job.request.negative.isEmpty { lines += ["Negative", "  \(job.request.negative)"] }
    if case .failed(let message) = job.status { lines += ["", "Fault", "  \(message)"] }
    if let seconds = job.seconds { lines += ["", "Took \(Figures.seconds(seconds))"] }
    if !job.pictures.isEmpty { lines += ["", "Pictures"] + job.pictures.map { "  \($0)" } }
    lines += [
      "", "The same from a shell (y in the queue copies it)", "  \(job.request.commandLine())",
    ]
    return TextPopup(title: "Job \(job.id)", lines: lines)
  }

  // MARK: Pictures

  mutating func performOnPicture(_ id: ActionID, _ effects: inout [StudioEffect]) {
    if id == .followNewest {
      if leaveCell(&effects) { return }
      isPinned = false
      scrub = nil
      if let newest, run == nil || preview.sheet != nil { preview = newest }
      preview.sheet = nil
      return
    }
    let path = focus == .pictures ? selectedPicture?.path : preview.path
    guard let path else { return tell(.info, "No picture yet. Enter in the prompt makes one.") }
    switch id {
    case .showPicture:
      sheets.openedFrom = nil
      if let entry = selectedPicture { effects.append(.openPicture(entry)) }
    case .useSettings: effects.append(.readRecipe(path: path))
    case .useAsStart:
      remember(composition)
      settings.initImage = path
      tell(.info, "The next picture begins with it; Strength says how much is made anew.")
    case .useAsCondition:
      useAsCondition(path)
      tell(.info, "Its edges lead the next picture; see Condition in Settings.")
    case .openOutside: effects.append(.openOutside(path: path))
    case .copyPath:
      effects.append(.copy(path))
      tell(.info, "Copied \(path)")
    default: break
    }
  }
}

extension Array {
  /// The element at an index; nil outside.
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
