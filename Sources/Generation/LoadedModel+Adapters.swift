import Checkpoints

extension LoadedModel {
  /// The same model with other adapters; matrices are shared with this one, nothing is loaded again.
  ///
  /// - Parameters:
  ///   - choices: All there are to be; none gives the model back as it came.
  ///   - report: Hears, before they are applied, of those that are not there yet.
  /// - Throws: `AdapterError`, or what is wrong with a file; the model stays as it is.
  func adapted(
    by choices: [AdapterChoice], from library: ModelLibrary, report: (GenerationEvent) -> Void
  ) throws -> LoadedModel {
    // Opening is a matter of headers; only what is in the files tells whether they are the same.
    let found = try choices.map { choice in
      try AdapterChoice.check(scale: choice.scale)
      let adapter = try library.adapter(choice.name)
      if let hash = choice.hash, hash != adapter.hash {
        throw AdapterError.otherContents(adapter: choice.name, recipe: hash, now: adapter.hash)
      }
      return (adapter, scale: choice.scale)
    }
    for (adapter, _) in found where adapter.textEncoderTensors > 0 {
      report(
        .noted(
          "\(adapter.name) also adapts a text encoder; those \(adapter.textEncoderTensors) tensors "
            + "are not used."))
    }
    let used = found.map { AdapterChoice($0.name, scale: $1, hash: $0.hash) }
    guard used != adapters else { return self }
    var other = self
    other.adapters = used
    let wasOpen = transformer.isOpen || transformer.withoutAdapters.isOpen
    guard !used.isEmpty else {
      other.transformer = transformer.withoutAdapters
      return other
    }
    report(.loading(part: "adapters", index: 0, count: 1))
    let layers = try found.map { adapter, scale in
      (layers: try adapter.layers(for: configuration, model: folder.name), scale: scale)
    }
    other.transformer = transformer.adapted(by: AdaptedLayers(layers))
    if wasOpen { _ = try other.transformer.open() }
    return other
  }
}
