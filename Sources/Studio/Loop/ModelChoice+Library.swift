import Schedulers
import Checkpoints
import Generation
import Kernels

extension ModelChoice {
  /// All models of a library, those that cannot be used with their fault.
  static func all(in library: ModelLibrary, on device: any Device) -> [ModelChoice] {
    library.entries.map { entry in
      do {
        // With what it borrows from others.
        let folder = try library.model(entry.name)
        return ModelChoice(ModelDescription(folder), name: entry.name, on: device)
      } catch {
        return ModelChoice(name: entry.name, summary: "", fault: "\(error)")
      }
    }
  }

  private init(_ model: ModelDescription, name: String, on device: any Device) {
    let native = model.nativeSize?.description
    let sizes = model.bins.map(\.description)
    var parts = ["\(model.family)"]
    if let native { parts.append(native) }
    parts.append(Figures.bytes(model.bytes.values.reduce(0, +)))
    parts += model.folder.borrowings
    self.init(
      name: name, summary: parts.joined(separator: ", "), fault: model.faults.first,
      nativeSize: native, sizes: sizes.isEmpty ? [native].compactMap { $0 } : sizes,
      sizeMultiple: model.sizeMultiple, sampler: model.publishedSampler?.rawValue,
      hasTinyPreview: model.hasTinyPreview,
      habits: model.habits(),
      usualPrecision: model.isLarge ? model.usualPrecision(on: device).rawValue : nil,
      lackingPrecisions: Precision.allCases.filter { !device.hasInstructions(for: $0) }
        .map(\.rawValue))
  }
}
