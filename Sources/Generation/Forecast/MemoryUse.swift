/// Whether text encoder, transformer and autoencoder are in memory beside each other.
enum MemoryUse: Equatable {
  case together
  /// In turns, as the request wants it.
  case inTurns
  /// In turns, as together they would need more bytes than can be had.
  case inTurnsOfNecessity(needed: Int, available: Int)

  var takesTurns: Bool { self != .together }

  /// What is told of a choice that nobody made.
  var note: String? {
    guard case .inTurnsOfNecessity(let needed, let available) = self else { return nil }
    return
      "This needs about \(gigabytes(needed)) of memory, but \(gigabytes(available)) are available: "
      + "text encoder, transformer and autoencoder take turns in it, which takes longer."
  }
}

extension RequestFacts {
  /// The same, with the parts of the model taking turns in memory where they do not fit together.
  ///
  /// - Parameter available: Bytes that can be had; nil where nothing is known.
  public func fitting(into available: Int?, with model: ModelDescription) -> RequestFacts {
    guard !savesMemory, let available, let work = RequestWork(self, of: model),
      work.peak.bytes - (isLoaded ? work.packedBytes : 0) > available
    else { return self }
    var saving = self
    saving.savesMemory = true
    return saving
  }
}
