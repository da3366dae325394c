import Gallery
import Jobs
import Terminal

/// Choosing adapters: a list over the screen that changes the settings as it is used.
extension StudioState {
  mutating func openAdapters() {
    adapterEditing = AdapterEditing()
  }

  var adapterRows: [AdapterEditing.Row] {
    adapterEditing?.rows(settings.lora, offers: adapters) ?? []
  }

  mutating func pressInAdapters(_ key: KeyPress) {
    guard var editing = adapterEditing else { return }
    let rows = adapterRows
    let row = rows[safe: editing.selection]
    let isQueryEmpty = editing.query.text.isEmpty
    switch (key.key, key.modifiers) {
    case (.escape, []): adapterEditing = nil
    case (.up, []), (.tab, .shift):
      adapterEditing?.selection =
        rows.isEmpty ? 0 : (editing.selection - 1 + rows.count) % rows.count
    case (.down, []), (.tab, []):
      adapterEditing?.selection = rows.isEmpty ? 0 : (editing.selection + 1) % rows.count
    case (.left, []) where isQueryEmpty: stepAdapter(row, by: -0.05)
    case (.right, []) where isQueryEmpty: stepAdapter(row, by: 0.05)
    case (.left, .shift) where isQueryEmpty: stepAdapter(row, by: -0.5)
    case (.right, .shift) where isQueryEmpty: stepAdapter(row, by: 0.5)
    case (.backspace, []) where isQueryEmpty: removeAdapter(row)
    case (.delete, []) where isQueryEmpty: removeAdapter(row)
    case (.enter, []): takeAdapter(row)
    default:
      let before = editing.query.text
      _ = editing.query.handle(key, width: columns)
      if editing.query.text != before { editing.selection = 0 }
      adapterEditing = editing
    }
  }

  mutating func typeIntoAdapters(_ text: String) {
    adapterEditing?.query.insert(text)
    adapterEditing?.selection = 0
  }

  /// Enter adds what is offered or typed; on an adapter that is used already it is done.
  private mutating func takeAdapter(_ row: AdapterEditing.Row?) {
    switch row {
    case .offered(let offer): add(JobRequest.Lora(file: offer.name))
    case .typed(let adapter): add(adapter)
    case .used, nil: adapterEditing = nil
    }
  }

  private mutating func add(_ adapter: JobRequest.Lora) {
    changeAdapters { list in
      if let index = list.firstIndex(where: { $0.file == adapter.file }) {
        list[index] = adapter
      } else {
        list.append(adapter)
      }
    }
    let place = settings.lora.firstIndex { $0.file == adapter.file } ?? 0
    adapterEditing = AdapterEditing(selection: place)
  }

  private mutating func removeAdapter(_ row: AdapterEditing.Row?) {
    guard case .used(let index) = row else { return }
    changeAdapters { $0.remove(at: index) }
    let last = adapterRows.count - 1
    adapterEditing?.selection = max(0, min(index, last))
  }

  private mutating func stepAdapter(_ row: AdapterEditing.Row?, by amount: Double) {
    guard case .used(let index) = row else { return }
    changeAdapters { list in
      let scale = ((list[index].scale + amount) * 100).rounded() / 100
      list[index].scale = min(max(-100, scale), 100)
    }
  }

  private mutating func changeAdapters(_ body: (inout [JobRequest.Lora]) -> Void) {
    let before = composition
    change { body(&$0.lora) }
    if composition != before { remember(before) }
  }
}
