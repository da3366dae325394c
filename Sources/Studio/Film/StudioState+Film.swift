import Jobs
import Tensors
import Terminal

/// Going back over the steps of a picture, and on from one of them with other settings.
extension StudioState {
  mutating func performOnFilm(_ id: ActionID, _ effects: inout [StudioEffect]) {
    switch id {
    case .stepBack: scrub(by: -1, &effects)
    case .stepAhead: scrub(by: 1, &effects)
    case .decodeStep: decodeStep(&effects)
    case .branch: branch(&effects)
    case .branches: openTree()
    default: break
    }
  }

  /// The film that is looked at: the one that is scrubbed, or that of the picture shown.
  var shownFilm: Film? {
    if let scrub { return shelf[scrub.film] }
    if let path = preview.path { return shelf.films.last { $0.path == path } }
    return shelf.films.last { $0.job == preview.job }
  }

  // MARK: Scrubbing

  private mutating func scrub(by offset: Int, _ effects: inout [StudioEffect]) {
    guard let film = shownFilm else {
      return tell(
        .info,
        run == nil
          ? "The steps of this picture are not kept. In panel 6, e and then Enter make it again with them."
          : "Steps can be gone through when the picture is done, or stopped with ctrl-c.")
    }
    let step = min(max(1, (scrub?.step ?? film.steps) + offset), film.steps)
    show(FilmStep(film: film.id, step: step), &effects)
  }

  /// Shows a step, beside the same one of what the film branched from.
  mutating func show(_ step: FilmStep, _ effects: inout [StudioEffect]) {
    guard let film = shelf[step.film] else { return }
    scrub = step
    isPinned = true
    preview.beside = nil
    place(step, isBeside: false, &effects)
    showParent(of: film.job, atStep: step.step, &effects)
  }

  /// Shows the same step of what a job branched from beside it.
  mutating func showParent(of job: Int, atStep step: Int, _ effects: inout [StudioEffect]) {
    guard let origin = shelf.origins[job], let parent = shelf[origin.film] else { return }
    place(FilmStep(film: parent.id, step: min(step, parent.steps)), isBeside: true, &effects)
  }

  private mutating func place(
    _ step: FilmStep, isBeside: Bool, _ effects: inout [StudioEffect]
  ) {
    guard let film = shelf[step.film] else { return }
    if isBeside { besideStep = step }
    if step.step == film.steps {
      place(film.image, of: step, isBeside: isBeside, isDecoded: film.isWhole)
    } else {
      effects.append(.showStep(step))
    }
  }

  /// The desk has made a picture of a step; it is shown if that step is still the one asked for.
  mutating func stepShown(_ step: FilmStep, _ image: PixelImage, isDecoded: Bool) {
    if isDecoded { isDecodingStep = false }
    if step == scrub {
      place(image, of: step, isBeside: false, isDecoded: isDecoded)
    } else if step == besideStep, let job = preview.job, shelf.origins[job]?.film == step.film {
      place(image, of: step, isBeside: true, isDecoded: isDecoded)
    }
  }

  private mutating func place(
    _ pixels: PixelImage, of step: FilmStep, isBeside: Bool, isDecoded: Bool
  ) {
    guard let film = shelf[step.film] else { return }
    lastImageID += 1
    var shown = PreviewState()
    let image = ScreenImage(id: lastImageID, pixels: pixels)
    shown.image = image
    shown.job = film.job
    shown.path = step.step == film.steps ? film.path : nil
    shown.caption = caption(of: step, film, isDecoded: isDecoded, isBeside: isBeside)
    if isBeside {
      preview.beside = PreviewState.Beside(image: image, caption: shown.caption)
    } else {
      shown.beside = preview.beside
      preview = shown
    }
  }

  private func caption(of step: FilmStep, _ film: Film, isDecoded: Bool, isBeside: Bool) -> String {
    let place = "step \(step.step) of \(film.steps)\(isDecoded ? "" : ", coarse")"
    if isBeside { return "branched from: \(place)" }
    if let origin = shelf.origin(of: film) { return "branch at step \(origin.step): \(place)" }
    return place
  }

  /// A film has come from the engine.
  mutating func filmed(_ film: Film, _ effects: inout [StudioEffect]) {
    shelf.add(film)
    guard !isPinned, preview.job == film.job, preview.path == film.path else { return }
    showParent(of: film.job, atStep: film.steps, &effects)
    standing.beside = preview.beside
    newest?.beside = preview.beside
  }

  private mutating func decodeStep(_ effects: inout [StudioEffect]) {
    guard let scrub, let film = shelf[scrub.film] else {
      return tell(.info, "[ goes back a step; D then shows that step in full.")
    }
    if scrub.step == film.steps, film.isWhole {
      return tell(.info, "This is the whole picture. [ goes back a step.")
    }
    guard run == nil else {
      return tell(.info, "The engine is busy. D works when the job is done or stopped.")
    }
    tell(.info, "Decoding step \(scrub.step) in full; ctrl-c stops it.")
    isDecodingStep = true
    effects.append(.decodeStep(scrub))
  }

  // MARK: Branches

  /// Queues what the step shown becomes with the settings as they are now.
  private mutating func branch(_ effects: inout [StudioEffect]) {
    guard let film = shownFilm, let step = scrub?.step ?? shownFilm?.steps else {
      return tell(.info, "[ goes back a step of the picture; b then goes on from there.")
    }
    guard step <= film.branchableSteps else {
      return tell(.info, "After the last step nothing is left to change. [ goes back a step.")
    }
    guard !prompt.text.allSatisfy(\.isWhitespace) else {
      return tell(.warning, "The prompt is empty. Type what the rest of the steps should make.")
    }
    var request = film.request.branched(at: step)
    let wanted = settings.request(prompt: prompt.text, negative: negative.text)
    if wanted.prompt != request.template ?? request.prompt {
      request.prompt = wanted.prompt
      request.template = nil
    }
    request.negative = wanted.negative
    request.guidance = wanted.guidance
    request.sampler = wanted.sampler
    // A seed that changes by itself is nobody's wish.
    if settings.seedMode == .fixed { request.seed = wanted.seed }
    let kept = [
      wanted.model == request.model ? nil : "model", wanted.size == request.size ? nil : "size",
      wanted.steps == request.steps ? nil : "steps",
      wanted.variationStrength == request.variationStrength ? nil : "variation",
    ].compactMap { $0 }
    if !kept.isEmpty {
      tell(
        .info, "\(kept.joined(separator: ", ")) stay\(kept.count == 1 ? "s" : "") the picture's.")
    }
    var submission = Submission(request: request, style: settings.style, isBackground: false)
    submission.origin = FilmStep(film: film.id, step: step)
    effects.append(.addHistory(prompt: prompt.text, negative: negative.text))
    expandOrEnqueue(submission, &effects)
  }

  private mutating func openTree() {
    guard !shelf.films.isEmpty else {
      return tell(.info, "No picture was made yet whose steps are kept.")
    }
    open(.branches)
    let shown = chooserItems.firstIndex { $0.value == .film(shownFilm?.id ?? 0) }
    chooser?.selection = shown ?? 0
  }

  /// A row for each film, under the one it left.
  var treeItems: [ChooserItem] {
    shelf.tree.map { film, depth in
      let origin = shelf.origin(of: film)
      let branch =
        origin.map { "\(String(repeating: "   ", count: depth - 1))└─ at \($0.step): " } ?? ""
      return ChooserItem(
        label: branch + film.request.prompt.replacing("\n", with: " "),
        detail: detail(of: film, origin: origin), value: .film(film.id))
    }
  }

  /// What sets a branch apart from its parent; of others what they are.
  private func detail(of film: Film, origin: FilmStep?) -> String {
    let own = film.request
    let state = film.isWhole ? "" : "stopped at step \(film.steps)"
    guard let origin, let parent = shelf[origin.film]?.request else {
      return ([state, "\(own.steps) steps", "seed \(own.seed)"].filter { !$0.isEmpty })
        .joined(separator: ", ")
    }
    var changes: [String] = []
    if own.prompt != parent.prompt { changes.append("prompt") }
    if own.negative != parent.negative { changes.append("negative") }
    if own.guidance != parent.guidance { changes.append("guidance \(own.guidance)") }
    if own.sampler != parent.sampler { changes.append("sampler \(own.sampler ?? "published")") }
    if own.seed != parent.seed { changes.append("seed \(own.seed)") }
    if changes.isEmpty { changes = ["nothing changed"] }
    return ([state] + changes).filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
