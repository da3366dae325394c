import Terminal

/// Keys, text and the mouse, to whoever is in front: a popup, a field, a prompt, a panel.
extension StudioState {
  mutating func take(_ input: InputEvent, _ effects: inout [StudioEffect]) {
    switch input {
    case .resized(let columns, let rows):
      self.columns = columns
      self.rows = rows
    case .focused(let isLookedAt): self.isLookedAt = isLookedAt
    case .key(let key): press(key, &effects)
    case .paste(let text): paste(text, &effects)
    case .mouse(let mouse):
      if self.mouse, !isTooSmall { take(mouse, &effects) }
    }
  }

  /// Below this nothing is drawn but a message.
  static let smallest = (columns: 60, rows: 18)

  var isTooSmall: Bool { columns < Self.smallest.columns || rows < Self.smallest.rows }

  /// Where keys of the focused panel are looked up, in this order.
  var scopes: [Action.Scope] {
    let own: Action.Scope? =
      switch focus {
      case .prompt, .negative: isTyping ? .text : nil
      case .settings: .settings
      case .preview: .preview
      case .queue: .queue
      case .pictures: .pictures
      }
    if isGalleryOpen { return [.gallery, .panels, .everywhere] }
    if isTyping { return [.text, .everywhere] }
    let sheet: Action.Scope? = focus == .preview && shownSheet != nil ? .sheet : nil
    return [sheet, own, .panels, .everywhere].compactMap { $0 }
  }

  private mutating func press(_ key: KeyPress, _ effects: inout [StudioEffect]) {
    if isEscapeAndMore(key) {
      press(KeyPress(.escape), &effects)
      let isBound = ActionTable.action(for: key, in: scopes) != nil
      let rest = isBound ? key.modifiers : key.modifiers.subtracting(.alt)
      if !isInFront { press(KeyPress(key.key, rest), &effects) }
      return
    }
    if key == Self.interrupt { return interrupt(&effects) }
    if isTooSmall {
      if key.typed == "q" { askToQuit(&effects) }
      return
    }
    if let action = ActionTable.action(for: key, in: [.everywhere]),
      [.suspend, .redraw, .saveScreen].contains(action.id)
    {
      return perform(action, &effects)
    }
    if textPopup != nil { return pressInTextPopup(key) }
    if chooser != nil { return pressInChooser(key, &effects) }
    if sheets.editing != nil { return pressInSheetPopup(key, &effects) }
    if completesPath(key) { return completePath(&effects) }
    if adapterEditing != nil { return pressInAdapters(key) }
    if field != nil { return pressInField(key) }
    if filterEditing != nil { return pressInFilter(key) }
    if gallery.isSearching { return pressInGallerySearch(key) }
    if let action = ActionTable.action(for: key, in: scopes), action.id != .editing {
      return perform(action, &effects)
    }
    if isGalleryOpen { return }
    if isTyping {
      edit { _ = $0.handle(key, width: $1) }
    } else if focus.isText, key == KeyPress(.enter) {
      submit(isBackground: false, &effects)
    } else if focus == .settings, let digit = key.typed, digit.isNumber || digit == "." {
      beginField(with: String(digit))
    }
  }

  /// Whether a key with Alt, which means nothing here, is Escape and another key that a slow line brought together.
  private func isEscapeAndMore(_ key: KeyPress) -> Bool {
    key.modifiers.contains(.alt) && isInFront && !isTooSmall && EditorCommand(key) == nil
  }

  /// Whether a text, a list, a field or a search is open, which Escape closes.
  private var isInFront: Bool {
    textPopup != nil || chooser != nil || sheets.editing != nil || adapterEditing != nil
      || field != nil || filterEditing != nil || gallery.isSearching
  }

  static let interrupt = KeyPress(.character("c"), .control)

  /// Stops what runs; pressed again within two seconds, quits.
  mutating func interrupt(_ effects: inout [StudioEffect]) {
    if let interruptedAt, clock - interruptedAt < 2 { return quit(&effects) }
    interruptedAt = clock
    if let run, !run.isStopping {
      stop(run.job, &effects)
      tell(.info, "Stopping. Ctrl-C again quits.")
    } else if isDecodingStep {
      effects.append(.stopDecoding)
    } else if draft != nil {
      dropDraft(&effects)
    } else {
      tell(.info, "Ctrl-C again within two seconds quits.")
    }
  }

  /// Bytes; many times what any model reads.
  private static let mostPasted = 32_000

  private mutating func paste(_ text: String, _ effects: inout [StudioEffect]) {
    if isTooSmall || textPopup != nil { return }
    var text = text
    if text.utf8.count > Self.mostPasted {
      text = String(decoding: text.utf8.prefix(Self.mostPasted), as: UTF8.self)
      tell(.warning, "Only the first \(Self.mostPasted / 1000) KB of the text were taken.")
    }
    let line = text.replacing("\n", with: " ")
    if chooser != nil {
      chooser?.query.insert(line)
      chooser?.selection = 0
      refreshChooser()
    } else if sheets.editing != nil {
      typeIntoSheet { $0.insert(line) }
    } else if adapterEditing != nil {
      typeIntoAdapters(line)
    } else if field != nil {
      field?.editor.insert(line)
    } else if filterEditing != nil {
      filterEditing?.insert(line)
      filters[focus] = filterEditing?.text
    } else if isGalleryOpen {
      pasteInGallery(line)
    } else {
      // Text that is pasted anywhere else can only be meant for the prompt.
      if !focus.isText { focus = .prompt }
      isTyping = true
      edit { editor, _ in editor.insert(text) }
    }
  }

  /// Changes the editor that has the focus.
  mutating func edit(_ change: (inout TextEditor, _ width: Int) -> Void) {
    let width = textWidth(of: focus)
    switch focus {
    case .prompt: change(&prompt, width)
    case .negative: change(&negative, width)
    default: break
    }
  }

  // MARK: Popups

  private mutating func pressInTextPopup(_ key: KeyPress) {
    let page = max(1, rows - 8)
    switch key.key {
    case .up, .character("k"): scrollTextPopup(-1)
    case .down, .character("j"): scrollTextPopup(1)
    case .pageUp: scrollTextPopup(-page)
    case .pageDown, .character(" "): scrollTextPopup(page)
    default: textPopup = nil
    }
  }

  mutating func scrollTextPopup(_ rows: Int) {
    guard let popup = textPopup else { return }
    let last = max(0, textPopupLines(popup).count - textPopupArea(popup).height + 2)
    textPopup?.scroll = min(max(0, popup.scroll + rows), last)
  }

  private mutating func pressInFilter(_ key: KeyPress) {
    switch key.key {
    case .enter: filterEditing = nil
    case .escape:
      filterEditing = nil
      filters[focus] = nil
    default:
      _ = filterEditing?.handle(key, width: columns)
      filters[focus] = filterEditing?.text
      selection[focus] = 0
    }
  }

  // MARK: Fields

  /// Opens the setting under the cursor for typing.
  ///
  /// - Parameter text: In place of its present value.
  mutating func beginField(with text: String? = nil) {
    guard let row = selectedRow, row.editing == .typed else { return }
    field = FieldEditing(row: row, editor: TextEditor(text ?? settings.typed(row)))
  }

  private mutating func pressInField(_ key: KeyPress) {
    guard var editing = field else { return }
    switch key.key {
    case .escape: field = nil
    case .enter, .tab, .up, .down:
      let before = composition
      if let fault = change({ $0.set(editing.row, to: editing.editor.text) }) {
        editing.fault = fault
        field = editing
        return
      }
      remember(before)
      field = nil
      if key.key == .down || key.key == .tab { selection[.settings, default: 0] += 1 }
      if key.key == .up { selection[.settings, default: 0] -= 1 }
    default:
      _ = editing.editor.handle(key, width: columns)
      var trial = settings
      editing.fault = trial.set(editing.row, to: editing.editor.text)
      field = editing
    }
  }
}
