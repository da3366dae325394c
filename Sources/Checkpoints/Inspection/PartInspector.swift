import Foundation
import Tensors

/// Looks at one part of a model.
struct PartInspector {
  let model: ModelFolder
  let part: ModelPart
  /// Side of the picture in pixels that working memory is estimated for.
  let size: Int

  func part(at location: ModelFolder.Location) -> ModelInspection.Part {
    var problems: [String] = []
    let configuration = attempt(&problems) {
      part == .tokenizer ? nil : try model.configuration(part)
    }
    let checkpoint = attempt(&problems) { part.hasWeights ? try model.checkpoint(part) : nil }
    var network: Network?
    if let configuration, let checkpoint {
      network = attempt(&problems) { try self.network(configuration, checkpoint) }
      problems += network?.tensors.problems(in: checkpoint) ?? []
    }
    let tensors = checkpoint.map { Array($0.all) } ?? []
    return ModelInspection.Part(
      part: part, folder: location.folder, lender: location.lender,
      className: configuration.flatMap(className),
      parameters: tensors.reduce(0) { $0 + $1.shape.count },
      formats: tensors.reduce(into: [:]) { $0[$1.format, default: 0] += $1.shape.count },
      weightBytes: tensors.reduce(0) { $0 + $1.byteCount },
      diskBytes: bytes(at: location), activationBytes: network?.activationBytes ?? 0,
      problems: problems, notes: notes(network, checkpoint))
  }

  private func bytes(at location: ModelFolder.Location) -> Int {
    guard let file = model.file, location.folder == model.folder else {
      return location.folder.fileBytes
    }
    return part == .transformer ? file.byteCount : 0
  }

  private struct Network {
    let tensors: ExpectedTensors
    let activationBytes: Int
    var note: String?
  }

  private func network(_ configuration: ConfigurationFile, _ checkpoint: Checkpoint) throws
    -> Network?
  {
    switch part {
    case .transformer:
      let stated = try TransformerConfiguration(configuration)
      let transformer = stated.agreeing(with: checkpoint)
      let isContradicted =
        configuration["use_additional_conditions"] != nil && transformer != stated
      return Network(
        tensors: ExpectedTensors(transformer),
        activationBytes: transformer.activationBytes(size: size),
        note: isContradicted
          ? "config.json says use_additional_conditions \(stated.useAdditionalConditions), but "
            + "the weights say \(transformer.useAdditionalConditions), which is what counts" : nil)
    case .textEncoder:
      let encoder = try T5Configuration(configuration)
      return Network(
        tensors: ExpectedTensors(encoder),
        activationBytes: encoder.activationBytes(tokens: model.family.maxTokens))
    case .autoencoder:
      let autoencoder = try AutoencoderConfiguration(configuration)
      return Network(
        tensors: ExpectedTensors(autoencoder),
        activationBytes: autoencoder.activationBytes(size: size))
    case .tokenizer, .scheduler:
      return nil
    }
  }

  private func notes(_ network: Network?, _ checkpoint: Checkpoint?) -> [String] {
    guard let network, let checkpoint else { return [] }
    var notes = network.note.map { [$0] } ?? []
    let strangers = network.tensors.strangers(in: checkpoint)
    if !strangers.isEmpty {
      notes.append("\(strangers.count) unused tensors: \(strangers.listed(or: ""))")
    }
    return notes
  }

  private func className(_ configuration: ConfigurationFile) -> String? {
    if case .string(let name) = configuration["_class_name"] { return name }
    if case .array(let names) = configuration["architectures"],
      case .string(let name)? = names.first
    {
      return name
    }
    return nil
  }

  /// What `work` gives; its error becomes a problem instead.
  private func attempt<T>(_ problems: inout [String], _ work: () throws -> T?) -> T? {
    do {
      return try work()
    } catch {
      problems.append("\(error)")
      return nil
    }
  }
}

extension URL {
  /// Bytes of all files in this folder, links followed.
  fileprivate var fileBytes: Int {
    visibleNames.reduce(0) { sum, name in
      let path = appending(path: name).resolvingSymlinksInPath().path
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }
}
