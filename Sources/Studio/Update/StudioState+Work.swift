import Generation
import Jobs
import Prompts
import Tensors
import Terminal

/// Jobs: into the queue, started, followed, stopped.
extension StudioState {
  /// Puts the prompt into the queue.
  mutating func submit(isBackground: Bool, _ effects: inout [StudioEffect]) {
    guard !prompt.text.allSatisfy(\.isWhitespace) else {
      return tell(.warning, "The prompt is empty. Type what the picture should show, then Enter.")
    }
    if let problem = presentAssessment?.problems.first(where: \.isError) {
      return tell(.error, problem.message)
    }
    isFirstStart = false
    let request = settings.request(prompt: prompt.text, negative: negative.text)
    effects.append(.addHistory(prompt: prompt.text, negative: negative.text))
    let submission = Submission(
      request: request, style: settings.style, isBackground: isBackground)
    expandOrEnqueue(submission, &effects)
  }

  mutating func expandOrEnqueue(_ submission: Submission, _ effects: inout [StudioEffect]) {
    if submission.style != nil || submission.request.mayBeTemplate {
      effects.append(.expand(submission))
    } else {
      enqueue(submission, prompts: [submission.request.prompt], &effects)
    }
  }

  /// What was found out of the request as it is now; nil while that is not known yet.
  var presentAssessment: Assessment? { assessedRevision == revision ? assessment : nil }

  /// - Parameter prompts: What the template became; several make one job each.
  mutating func enqueue(
    _ submission: Submission, prompts: [String], _ effects: inout [StudioEffect]
  ) {
    var request = submission.request
    if request.template == nil, request.prompt != prompts.first || prompts.count > 1 {
      request.template = request.prompt
    }
    if let edited = editedJob, submission.origin == nil, let job = queue[edited], job.isOpen,
      job.status != .running,
      prompts.count == 1
    {
      request.prompt = prompts[0]
      queue.update(edited) {
        $0.request = request
        $0.status = .waiting
      }
      shelf.forgetOrigin(of: edited)
      effects.append(.forget(job: edited))
      tell(.success, "Job \(edited) is changed.")
    } else {
      for prompt in prompts {
        request.prompt = prompt
        let job = queue.add(request, isBackground: submission.isBackground)
        if let origin = submission.origin { shelf.note(origin, of: job.id) }
        if focus != .queue { select(job.id) }
      }
      if prompts.count > 1 { tell(.info, "\(prompts.count) jobs, one for each combination.") }
    }
    if submission.origin == nil { editedJob = nil }
    isPinned = false
    preview.sheet = nil
    sheets.openedFrom = nil
    scrub = nil
    if queue.isPaused { tell(.info, "Queued. The queue is paused; p in panel 5 lets it go on.") }
    advanceSeed()
  }

  /// Takes the seed of the next request, as the seed mode says.
  mutating func advanceSeed() {
    switch settings.seedMode {
    case .fixed: break
    case .fresh: settings.changingSeed = seeds.next()
    case .next: settings.changingSeed &+= UInt64(settings.count)
    }
  }

  private mutating func select(_ job: Int) {
    selection[.queue] = queue.jobs.firstIndex { $0.id == job } ?? 0
  }

  mutating func start(_ job: Job, _ effects: inout [StudioEffect]) {
    dropDraft(&effects)
    queue.askedFor = nil
    var resumes = false
    if case .suspended = job.status { resumes = true }
    queue.update(job.id) {
      $0.status = .running
      $0.hasSteppedAside = false
    }
    run = RunState(
      job: job.id, steps: job.request.steps, pictures: job.request.count, at: clock)
    if let origin = shelf.origins[job.id], !resumes {
      effects.append(.branch(job: job.id, job.request, from: origin))
    } else {
      effects.append(.start(job: job.id, job.request, resumes: resumes))
    }
  }

  /// Goes on with a stopped job, or tries a failed one again.
  mutating func resume(_ id: Int) {
    guard let job = queue[id] else { return }
    switch job.status {
    case .running: return
    case .done: return tell(.info, "Job \(id) is done. a queues it again.")
    case .suspended, .waiting: break
    case .failed, .cancelled: queue.update(id) { $0.status = .waiting }
    }
    queue.isPaused = false
    // In front of all others: that is what was asked for.
    queue.moveToFront(id)
    queue.update(id) { $0.isBackground = false }
    queue.askedFor = id
  }

  mutating func stop(_ id: Int, _ effects: inout [StudioEffect]) {
    guard run?.job == id, run?.isStopping == false else { return }
    run?.isStopping = true
    effects.append(.cancel(job: id))
  }

  mutating func startDraft(_ effects: inout [StudioEffect]) {
    guard !prompt.text.allSatisfy(\.isWhitespace),
      presentAssessment?.problems.contains(where: \.isError) != true
    else { return }
    var request = settings.request(prompt: prompt.text, negative: negative.text)
    request.steps = min(settings.steps, preferences.draftSteps)
    request.count = 1
    request.size = draftSize
    // A draft has fewer steps to turn after.
    request.branch = []
    lastDraft -= 1
    draft = lastDraft
    effects.append(
      .startDraft(
        lastDraft, Submission(request: request, style: settings.style, isBackground: false)))
  }

  mutating func dropDraft(_ effects: inout [StudioEffect]) {
    guard let draft else { return }
    effects.append(.cancel(job: draft))
    self.draft = nil
    if preview.job == draft { preview = standing }
  }

  /// Half of each side where that leaves enough to see, the size itself of small pictures.
  private var draftSize: String? {
    guard let model, let size = settings.size ?? model.nativeSize else { return settings.size }
    let sides = size.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides.min() ?? 0 > 256, model.sizeMultiple > 0 else { return size }
    let halves = sides.map { $0 / 2 / model.sizeMultiple * model.sizeMultiple }
    return "\(halves[0])x\(halves[1])"
  }

  // MARK: What the engine tells

  mutating func hear(_ event: GenerationEvent, of id: Int, _ effects: inout [StudioEffect]) {
    if id < 0 { return hearDraft(event, id) }
    guard run?.job == id else { return }
    switch event {
    case .queued, .computing: break
    case .loading(let part, let index, let count):
      run?.stage = .loading(part: part, index: index, count: count)
      run?.fraction = Double(index) / Double(max(1, count))
    case .promptEncoded(let summary):
      run?.tokens = summary.tokens
      run?.stage = .denoising
      run?.fraction = 0
      if let cut = summary.cutText { tell(.warning, "The model did not read: \(cut)") }
    case .noted(let text): tell(.warning, text)
    case .stepped(let report): stepped(report, id, &effects)
    case .decoding(_, let fraction):
      if run?.stage != .decoding { run?.decodingSince = clock }
      run?.stage = .decoding
      run?.fraction = fraction
    case .picture:
      run?.stage = .saving
      run?.fraction = 1
    case .finished:
      end(id) { $0.status = .done }
      if preferences.bell, !isLookedAt, queue.next == nil { effects.append(.bell) }
    case .failed(let error):
      let message = "\(error)"
      end(id) { $0.status = .failed(message: message) }
      tell(.error, "Job \(id): \(message)")
    case .progressed(let stage, let fraction):
      run?.fraction = fraction
      switch stage {
      case .preparingTextEncoder: run?.stage = .preparing
      case .encodingPrompt, .encodingPicture: run?.stage = .encoding
      case .step(let step, let picture):
        run?.stage = .denoising
        run?.step = step - 1
        run?.picture = picture
      }
    case .cancelled:
      stopped(job: id, step: nil)
    }
  }

  private mutating func stepped(
    _ report: StepReport, _ id: Int, _ effects: inout [StudioEffect]
  ) {
    run?.stage = .denoising
    run?.fraction = 0
    run?.picture = report.picture
    run?.step = report.step
    run?.steps = report.steps
    run?.secondsPerStep = report.seconds
    run?.secondsLeft = report.secondsLeft
    run?.toldAt = clock
    if isPreviewDue(report) { passSheet(report, of: id, &effects) }
    guard !isPinned, let pixels = report.preview, isPreviewDue(report) else { return }
    show(pixels, isPassing: true)
    preview.job = id
    preview.path = nil
    preview.caption =
      "step \(report.step) of \(report.steps), \(report.previewSource.title)"
    showParent(of: id, atStep: report.step, &effects)
  }

  private func isPreviewDue(_ report: StepReport) -> Bool {
    report.step % max(1, preferences.previewEvery) == 0 || report.step == report.steps
  }

  private mutating func hearDraft(_ event: GenerationEvent, _ id: Int) {
    guard draft == id else { return }
    switch event {
    case .stepped(let report):
      guard !isPinned, run == nil else { return }
      show(report.preview, isPassing: true)
      preview.job = id
      preview.path = nil
      preview.caption = "draft, step \(report.step) of \(report.steps)"
    case .picture(let picture):
      guard !isPinned, run == nil else { return }
      show(picture.image, isPassing: true)
      preview.caption = "draft; Enter makes it with \(settings.steps) steps"
    case .finished, .cancelled: draft = nil
    case .failed(let error):
      draft = nil
      tell(.warning, "No draft: \(error)")
    default: break
    }
  }

  private mutating func end(_ id: Int, _ change: (inout Job) -> Void) {
    let seconds = run.map { clock - $0.startedAt }
    queue.update(id) {
      change(&$0)
      $0.seconds = seconds
      if !$0.isOpen { $0.hasSteppedAside = false }
    }
    if run?.job == id { run = nil }
  }

  /// - Parameter step: Steps it can go on from; nothing was kept if nil.
  mutating func stopped(job id: Int, step: Int?) {
    guard run?.job == id else { return }
    let stepsAside = queue[id]?.hasSteppedAside == true
    let otherwise: Job.Status = stepsAside || hasQuit ? .waiting : .cancelled
    end(id) { $0.status = step.map(Job.Status.suspended) ?? otherwise }
    if stepsAside {
      tell(.info, "Job \(id) steps aside and goes on later.")
    } else if let step {
      tell(.info, "Stopped at step \(step). c goes on from there.")
    } else {
      tell(.info, "Stopped.")
    }
  }

  // MARK: Pictures

  mutating func show(_ pixels: PixelImage?, isPassing: Bool) {
    guard let pixels else { return }
    lastImageID += 1
    preview.image = ScreenImage(id: lastImageID, pixels: pixels)
    preview.isPassing = isPassing
    preview.sheet = nil
    // A branch's parent stays until its next step is there.
    if preview.job.map({ shelf.origins[$0] == nil }) ?? true { preview.beside = nil }
  }

  mutating func saved(job id: Int, _ entry: PictureEntry, _ pixels: PixelImage) {
    queue.update(id) { $0.pictures.append(entry.path) }
    pictures.removeAll { $0.path == entry.path }
    pictures.insert(entry, at: 0)
    if pictures.count > 500 { pictures.removeLast() }
    tell(.success, "Saved \(entry.path)")
    // Whoever goes through the list stays where they are.
    selection[.pictures] = focus == .pictures ? (selection[.pictures] ?? 0) + 1 : 0
    let shown = preview
    show(pixels, isPassing: false)
    preview.job = id
    preview.path = entry.path
    preview.caption = entry.detail
    newest = preview
    if isPinned {
      preview = shown
    } else {
      standing = preview
    }
  }

  mutating func notSaved(job id: Int, _ message: String) {
    hasUnsaved = true
    // More pictures would only fill the memory.
    queue.isPaused = true
    tell(.error, "Job \(id)'s picture waits in memory, the queue is paused: \(message)")
  }

  mutating func opened(_ entry: PictureEntry, _ pixels: PixelImage) {
    if let index = pictures.firstIndex(where: { $0.path == entry.path }) {
      pictures[index] = entry
    }
    isPinned = true
    scrub = nil
    preview.job = nil
    show(pixels, isPassing: false)
    preview.path = entry.path
    preview.caption = entry.detail
    standing = preview
  }
}

extension JobRequest {
  /// Whether expanding may change the prompt; the expander decides.
  fileprivate var mayBeTemplate: Bool {
    prompt.contains("{") || prompt.contains("__") || prompt.contains("\\")
  }
}
