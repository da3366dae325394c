import Checkpoints

extension AdapterOffer {
  /// All adapters of a library, those that cannot be used with their fault.
  static func all(in library: ModelLibrary) -> [AdapterOffer] {
    library.adapters.map { entry in
      do {
        return AdapterOffer(
          name: entry.name, summary: try Adapter(entry.place, name: entry.name).summary)
      } catch {
        return AdapterOffer(name: entry.name, summary: "unusable: \(error)")
      }
    }
  }
}
