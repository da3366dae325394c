import Gallery
import Jobs
import Terminal

/// What each action does.
extension StudioState {
  mutating func perform(_ action: Action, _ effects: inout [StudioEffect]) {
    if performInGallery(action, &effects) { return }
    switch action.id {
    case .run: submit(isBackground: false, &effects)
    case .runInBackground: submit(isBackground: true, &effects)
    case .cancel:
      if let run { stop(run.job, &effects) } else { dropDraft(&effects) }
    case .resume: resumeLast()
    case .quit: askToQuit(&effects)
    case .saveAgain:
      hasUnsaved = false
      effects.append(.saveAgain)
    case .editing:
      if let key = action.keys.first {
        if !focus.isText { go(to: .prompt) }
        isTyping = true
        edit { _ = $0.handle(key, width: $1) }
      }
    case .redraw: effects.append(.redraw)
    case .suspend: effects.append(.suspend)
    case .saveScreen: effects.append(.writeScreen)
    case .doctor: effects.append(.tellTerminal)
    case .settingsFile: effects.append(.tellSettingsFile)
    case .mouse:
      overrides.mouse = !mouse
      tell(.info, mouse ? "Mouse on." : "Mouse off: the terminal selects text.")
    case .draft: toggleDrafts(&effects)
    case .previewSource, .noisyPreview: switchPreview(action.id)
    case .undo: undo()
    case .redo: redo()
    case .freshSeed:
      remember(composition)
      settings.changingSeed = seeds.next()
    case .copyCommand:
      copyCommand(&effects)
    case .help: open(isGalleryOpen ? .galleryHelp : .help(focus))
    case .palette: open(.palette)
    case .history: open(.history)
    case .theme: open(.theme)
    case .model: open(.model)
    case .size: open(.size)
    case .sampler: open(.sampler)
    case .style: open(.style)
    case .lora: openAdapters()
    case .nextPanel: go(to: focus.moved(by: 1))
    case .previousPanel: go(to: focus.moved(by: -1))
    case .panel1: go(to: .prompt)
    case .panel2: go(to: .negative)
    case .panel3: go(to: .settings)
    case .panel4: go(to: .preview)
    case .panel5: go(to: .queue)
    case .panel6: go(to: .pictures)
    case .zoom: isZoomed.toggle()
    case .stepOut: isTyping = false
    case .edit: go(to: focus.isText ? focus : .prompt)
    case .search: search()
    case .up, .down, .first, .last: move(action.id)
    case .increase, .decrease, .change, .reset: changeSetting(action.id)
    case .pauseQueue, .moveUp, .moveDown, .editJob, .repeatJob, .removeJob, .clearFinished,
      .toggleBackground, .showJob:
      performOnQueue(action.id, &effects)
    case .stepBack, .stepAhead, .decodeStep, .branch, .branches: performOnFilm(action.id, &effects)
    case .sheet, .showSheet, .openCell, .cellLeft, .cellRight, .cellUp, .cellDown:
      performOnSheet(action.id, &effects)
    case .showPicture, .followNewest, .useSettings, .useAsStart, .useAsCondition, .openOutside,
      .copyPath:
      performOnPicture(action.id, &effects)
    default: break
    }
  }

  mutating func go(to panel: Panel) {
    focus = panel
    isTyping = panel.isText
    field = nil
    filterEditing = nil
    isZoomed = isZoomed && !panel.isText
  }

  /// Copies the line that makes what is selected, or what Enter would make.
  private mutating func copyCommand(_ effects: inout [StudioEffect]) {
    if focus == .queue, let job = selectedJob {
      let line = job.request.commandLine()
      effects.append(.copy(line))
      tell(.info, line)
    } else if focus == .pictures, let picture = selectedPicture {
      effects.append(.tellCommand(.picture(path: picture.path)))
    } else {
      let request = settings.request(prompt: prompt.text, negative: negative.text)
      let submission = Submission(request: request, style: settings.style, isBackground: false)
      effects.append(.tellCommand(.prompt(submission)))
    }
  }

  private mutating func resumeLast() {
    let stopped = queue.jobs.last {
      if case .suspended = $0.status { return true }
      return $0.status == .cancelled
    }
    let job = focus == .queue ? selectedJob : stopped
    guard let job else { return tell(.info, "No job was stopped.") }
    guard job.status != .running else { return tell(.info, "Job \(job.id) runs already.") }
    resume(job.id)
  }

  private mutating func toggleDrafts(_ effects: inout [StudioEffect]) {
    overrides.draft = !drafts
    if drafts {
      draftDue = clock
      tell(.info, "Drafts on: a picture of \(preferences.draftSteps) steps when typing pauses.")
    } else {
      draftDue = nil
      dropDraft(&effects)
      tell(.info, "Drafts off.")
    }
  }

  private mutating func switchPreview(_ id: ActionID) {
    if id == .noisyPreview {
      overrides.previews = previews == .noisy ? .clean : .noisy
    } else {
      let order: [PreviewChoice] = [.clean, .tiny, .off]
      let index = order.firstIndex(of: previews) ?? order.count - 1
      overrides.previews = order[(index + 1) % order.count]
    }
    let lacks = previews == .tiny && model?.hasTinyPreview == false
    tell(
      .info,
      "Previews: \(previews.title)."
        + (lacks ? " This model has none, so linear ones are shown." : ""))
  }

  private mutating func search() {
    switch focus {
    case .settings, .queue, .pictures: filterEditing = TextEditor(filters[focus] ?? "")
    case .prompt, .negative: open(.history)
    case .preview: tell(.info, "There is nothing to search in a picture. 6 goes to the list.")
    }
  }

  // MARK: Undo

  /// Keeps what prompt and settings were, for undo.
  mutating func remember(_ before: Composition) {
    undoStack.append(before)
    if undoStack.count > 200 { undoStack.removeFirst() }
    redoStack = []
  }

  private mutating func undo() {
    guard let before = undoStack.popLast() else { return tell(.info, "Nothing to undo.") }
    redoStack.append(composition)
    restore(before)
  }

  private mutating func redo() {
    guard let after = redoStack.popLast() else { return tell(.info, "Nothing was undone.") }
    undoStack.append(composition)
    restore(after)
  }

  private mutating func restore(_ composition: Composition) {
    if prompt.text != composition.prompt { prompt = TextEditor(composition.prompt) }
    if negative.text != composition.negative { negative = TextEditor(composition.negative) }
    settings = composition.settings
  }

  /// Takes over another prompt and its settings; undo brings back what was there.
  mutating func replace(prompt: String, negative: String, settings: RequestSettings? = nil) {
    remember(composition)
    editedJob = nil
    self.prompt = TextEditor(prompt)
    self.negative = TextEditor(negative)
    if let settings { self.settings = settings }
  }

  mutating func adopt(_ recipe: SavedRecipe) {
    replace(prompt: recipe.prompt, negative: recipe.negative, settings: recipe.settings)
    let turns = recipe.settings.branch.map { "\($0.at)" }.joined(separator: ", ")
    let branch =
      turns.isEmpty
      ? "" : " It turns to other settings after step \(turns): see Branch in Settings."
    let rest = recipe.leftOut.map { " \($0)" } ?? ""
    tell(.success, "Took over its prompt and settings. u brings back yours.\(branch)\(rest)")
  }

  // MARK: Settings

  private mutating func changeSetting(_ id: ActionID) {
    guard let row = selectedRow else { return }
    let before = composition
    switch id {
    case .reset: reset(row)
    case .increase: step(row, 1)
    case .decrease: step(row, -1)
    default:
      switch row.editing {
      case .choice(let kind): open(kind)
      case .typed: beginField()
      case .adapters: openAdapters()
      case .given: tell(.info, "It was taken over from a picture; x takes it away.")
      case .toggle, .cycle: step(row, 1)
      }
    }
    if composition != before { remember(before) }
  }

  // MARK: Lists

  private mutating func move(_ id: ActionID) {
    let count = rowCount(of: focus)
    let current = selection[focus] ?? 0
    let target =
      switch id {
      case .up: current - 1
      case .down: current + 1
      case .first: 0
      default: count - 1
      }
    selection[focus] = min(max(0, target), max(0, count - 1))
  }
}
