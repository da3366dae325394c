import Jobs
import Prompts
import Terminal

/// Planning a sheet: two lines over the screen.
extension StudioState {
  mutating func openSheetPopup() {
    guard !prompt.text.allSatisfy(\.isWhitespace) else {
      return tell(.warning, "The prompt is empty. Type what the pictures should show.")
    }
    sheets.editing = SheetEditing(x: sheets.lastX, y: sheets.lastY)
    checkSheet()
  }

  mutating func pressInSheetPopup(_ key: KeyPress, _ effects: inout [StudioEffect]) {
    switch key.key {
    case .escape: closeSheetPopup()
    case .enter: submitSheet(&effects)
    case .tab, .up, .down:
      let line = sheets.editing?.line
      sheets.editing?.line = line == .x ? .y : .x
    default:
      let width = columns
      typeIntoSheet { _ = $0.handle(key, width: width) }
    }
  }

  mutating func typeIntoSheet(_ change: (inout TextEditor) -> Void) {
    guard var editing = sheets.editing else { return }
    change(&editing.editor)
    sheets.editing = editing
    checkSheet()
  }

  private mutating func closeSheetPopup() {
    if let editing = sheets.editing {
      (sheets.lastX, sheets.lastY) = (editing.x.text, editing.y.text)
    }
    sheets.editing = nil
  }

  /// What all pictures of a sheet share: the prompt with its style, one picture.
  private mutating func checkSheet() {
    var request = settings.request(prompt: prompt.text, negative: negative.text)
    request.count = 1
    if let style = styles.first(where: { $0.name == settings.style }) {
      request.template = request.prompt
      request.style = style.name
      (request.prompt, request.negative) = style.applied(
        to: request.prompt, negative: request.negative)
    }
    sheets.editing?.check(request)
  }

  private mutating func submitSheet(_ effects: inout [StudioEffect]) {
    guard let plan = sheets.editing?.plan else { return }
    closeSheetPopup()
    isFirstStart = false
    effects.append(.addHistory(prompt: prompt.text, negative: negative.text))
    var jobs: [Int: SheetPlan.Place] = [:]
    for place in plan.places { jobs[queue.add(plan.job(at: place)).id] = place }
    let sheet = sheets.add(plan, jobs: jobs)
    advanceSeed()
    go(to: .preview)
    show(sheet, &effects)
    if queue.isPaused {
      tell(.info, "Queued. The queue is paused; p in panel 5 lets it go on.")
    } else {
      tell(.info, "\(plan.count) pictures are queued; arrows and Enter go through them.")
    }
  }
}
