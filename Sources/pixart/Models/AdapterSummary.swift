import Checkpoints
import Foundation

/// What a LoRA adapter is, in words.
enum AdapterSummary {
  /// One line of a list.
  static func line(of entry: ModelLibrary.AdapterEntry) -> String {
    do {
      let adapter = try Adapter(entry.place, name: entry.name)
      return "\(adapter.summary)  \(entry.place.path)"
    } catch {
      return "unusable: \(error)"
    }
  }

  static func show(_ adapter: Adapter) {
    Console.output("  adapter     \(adapter.summary), \(adapter.parameters) parameters")
    let (least, most) = (adapter.factors.lowerBound, adapter.factors.upperBound)
    Console.output("  factor      \(least == most ? "\(least)" : "\(least) to \(most)")")
    if let model = adapter.settings?.baseModel, !model.isEmpty {
      Console.output("  made on     \(model)")
    }
    let (fitting, faults) = models(for: adapter)
    Console.output(
      "  fits        " + (fitting.isEmpty ? "no model at hand" : fitting.joined(separator: ", ")))
    if fitting.isEmpty, let fault = faults.first { Console.output("  note: \(fault)") }
    if adapter.textEncoderTensors > 0 {
      Console.output(
        "  note: \(adapter.textEncoderTensors) tensors of a text encoder are not used")
    }
    if Adapter.isForLCM(name: adapter.name) {
      Console.output("  note: for the sampler lcm, 2 to 8 steps, no guidance")
    }
    Console.output("  hash        \(adapter.hash)")
  }

  /// The models at hand that have its layers, and why others have not.
  private static func models(for adapter: Adapter) -> (fitting: [String], faults: [String]) {
    var (fitting, faults): ([String], [String]) = ([], [])
    for entry in ModelLibrary().entries {
      guard let model = try? entry.model.get(), model.hasTransformer,
        let weights = try? model.checkpoint(.transformer),
        let configuration = try? model.transformerConfiguration(weights)
      else { continue }
      do {
        _ = try adapter.layers(for: configuration, model: entry.name)
        fitting.append(entry.name)
      } catch {
        faults.append("\(error)")
      }
    }
    return (fitting, faults)
  }
}
