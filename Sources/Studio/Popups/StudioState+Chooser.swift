import Prompts
import Schedulers
import Terminal

/// Lists to choose from: what is in them, and what choosing does.
extension StudioState {
  /// The rows of the open list.
  var chooserItems: [ChooserItem] { chooser?.items ?? [] }

  /// Opens a list.
  mutating func open(_ kind: Chooser.Kind) {
    chooser = Chooser(kind)
    refreshChooser()
  }

  /// Finds the rows anew, after the query or what they are made of has changed.
  mutating func refreshChooser() {
    guard var chooser else { return }
    chooser.items = foundItems(chooser)
    self.chooser = chooser
  }

  /// The rows that the query leaves, best first.
  private func foundItems(_ chooser: Chooser) -> [ChooserItem] {
    let query = chooser.query.text
    if chooser.kind == .history { return historyItems(query) }
    let items = allItems(of: chooser.kind)
    guard !query.isEmpty else { return items }
    return FuzzyPattern(query).matches(in: items.map(\.label)).map { index, match in
      var item = items[index]
      item.matches = match.positions
      return item
    }
  }

  private func historyItems(_ query: String) -> [ChooserItem] {
    history.search(query, limit: 200).map { match in
      ChooserItem(
        label: match.entry.prompt.replacing("\n", with: " "),
        detail: match.entry.negative.isEmpty ? "" : "without: \(match.entry.negative)",
        value: .prompt(match.entry.prompt, negative: match.entry.negative),
        matches: match.positions)
    }
  }

  private func allItems(of kind: Chooser.Kind) -> [ChooserItem] {
    switch kind {
    case .help(let panel): helpItems(for: panel)
    case .galleryHelp:
      items(of: ActionTable.gallery + ActionTable.actions.filter(isOverGallery))
    case .palette: paletteItems
    case .history: []
    case .theme:
      themes.map { ChooserItem(label: $0.name, detail: $0.summary, value: .theme($0.name)) }
    case .model: valueItems(.model)
    case .size: valueItems(.size)
    case .sampler: valueItems(.sampler)
    case .style: valueItems(.style)
    case .branches: treeItems
    }
  }

  private func helpItems(for panel: Panel) -> [ChooserItem] {
    ActionTable.actions.filter { action in
      switch action.scope {
      case .everywhere: true
      case .panels: !isTyping
      case .text: panel.isText
      case .settings: panel == .settings
      case .preview: panel == .preview
      case .queue: panel == .queue
      case .pictures: panel == .pictures
      case .sheet: panel == .preview && shownSheet != nil
      case .gallery: false
      }
    }.sorted { rank($0.scope) < rank($1.scope) }.map { item(for: $0, label: $0.title) }
  }

  private func items(of actions: [Action]) -> [ChooserItem] {
    actions.map { item(for: $0, label: $0.title) }
  }

  /// Whether the studio's action needs nothing of the studio to be seen.
  private func isOverGallery(_ action: Action) -> Bool {
    Self.overGallery.contains(action.id) && [.panels, .everywhere].contains(action.scope)
      && !action.keys.isEmpty
      && action.keys.contains { key in
        !ActionTable.gallery.contains { $0.keys.contains(key) }
      }
  }

  /// The panel's own actions come first.
  private func rank(_ scope: Action.Scope) -> Int {
    switch scope {
    case .panels: 1
    case .everywhere: 2
    default: 0
    }
  }

  private func item(for action: Action, label: String) -> ChooserItem {
    ChooserItem(
      label: label, key: action.keys.map(\.description).joined(separator: " "),
      value: .action(action))
  }

  /// Every action once, then every value of every setting that has a list, then the themes.
  private var paletteItems: [ChooserItem] {
    var seen: Set<ActionID> = []
    let actions = ActionTable.actions.filter { $0.id != .editing && seen.insert($0.id).inserted }
      .map { action in
        var item = item(for: action, label: "\(action.id.rawValue): \(action.title)")
        item.detail = ""
        return item
      }
    let values = [SettingsRow.model, .size, .sampler, .style].flatMap { row in
      valueItems(row).map { item in
        ChooserItem(
          label: "\(row.rawValue) \(item.label)", detail: item.detail, value: item.value)
      }
    }
    let themes = themes.map {
      ChooserItem(label: "theme \($0.name)", detail: $0.summary, value: .theme($0.name))
    }
    return actions + values + themes
  }

  private func valueItems(_ row: SettingsRow) -> [ChooserItem] {
    func item(_ value: String?, _ label: String, _ detail: String) -> ChooserItem {
      ChooserItem(label: label, detail: detail, value: .setting(row, value))
    }
    switch row {
    case .model:
      return models.map { item($0.name, $0.name, $0.fault ?? $0.summary) }
    case .size:
      let native = model?.nativeSize
      return (model?.sizes ?? []).map {
        item($0 == native ? nil : $0, $0, $0 == native ? "the model's own" : Figures.aspect($0))
      }
    case .sampler:
      return [item(nil, "published", "what the model is published with")]
        + SamplerName.allCases.map { item($0.rawValue, $0.rawValue, $0.summary) }
    case .style:
      return [item(nil, "none", "the prompt as it is")]
        + styles.map { item($0.name, $0.name, $0.prompt) }
    default: return []
    }
  }

  // MARK: Keys

  mutating func pressInChooser(_ key: KeyPress, _ effects: inout [StudioEffect]) {
    let count = chooserItems.count
    let current = chooser?.selection ?? 0
    let page = max(1, rows - 10)
    switch (key.key, key.modifiers) {
    case (.escape, []): return closeChooser()
    case (.enter, []): return choose(&effects)
    case (.up, []), (.character("p"), .control), (.tab, .shift):
      chooser?.selection = count == 0 ? 0 : (current - 1 + count) % count
    case (.down, []), (.character("n"), .control), (.tab, []):
      chooser?.selection = count == 0 ? 0 : (current + 1) % count
    case (.pageUp, []): chooser?.selection = max(0, current - page)
    case (.pageDown, []): chooser?.selection = max(0, min(count - 1, current + page))
    default:
      let before = chooser?.query.text
      _ = chooser?.query.handle(key, width: columns)
      if chooser?.query.text != before {
        chooser?.selection = 0
        refreshChooser()
      }
    }
    showThemeUnderCursor()
  }

  /// A theme is seen while it is being chosen.
  mutating func showThemeUnderCursor() {
    themeSeen = nil
    guard let chooser else { return }
    if case .theme(let name) = chooserItems[safe: chooser.selection]?.value { themeSeen = name }
  }

  mutating func closeChooser() {
    themeSeen = nil
    chooser = nil
  }

  /// Does what the row under the cursor stands for.
  mutating func choose(_ effects: inout [StudioEffect]) {
    guard let chooser else { return }
    let item = chooserItems[safe: chooser.selection]
    if chooser.kind == .palette, item == nil || chooser.query.text.contains(" ") {
      // A setting with its value needs no row of its own.
      closeChooser()
      guard let fault = obey(chooser.query.text, &effects) else { return }
      if item == nil {
        self.chooser = chooser
        return tell(.error, fault)
      }
    }
    guard let item else { return }
    closeChooser()
    switch item.value {
    case .action(let action): perform(action, &effects)
    case .prompt(let prompt, let negative):
      replace(prompt: prompt, negative: negative)
      go(to: .prompt)
    case .film(let id):
      if let film = shelf[id] {
        go(to: .preview)
        show(FilmStep(film: id, step: film.steps), &effects)
      }
    case .theme(let name):
      overrides.theme = name
      tell(.info, "Theme \(name).")
    case .setting(let row, let value):
      let before = composition
      if let fault = change({ $0.set(row, to: value ?? "") }) { return tell(.error, fault) }
      if composition != before { remember(before) }
    }
  }
}
