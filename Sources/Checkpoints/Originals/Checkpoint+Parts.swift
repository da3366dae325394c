import Tensors

extension Checkpoint {
  /// The tensors whose names begin so, under the same names.
  func only(_ prefix: String) -> Checkpoint {
    renamed { $0.hasPrefix(prefix) ? $0 : nil }
  }

  /// The transformer of a ControlNet's file; nothing if that has none.
  ///
  /// The names are the original ones, without `base_model.` before them, or diffusers'.
  var baseModel: Checkpoint? {
    let prefix = "base_model."
    let base =
      contains(prefix + "t_block.1.weight")
      ? renamed { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : nil }
      : renamed { $0.hasPrefix("controlnet.") ? nil : $0 }
    return base.kind == .transformer ? base : nil
  }

  /// - Parameter name: Nothing leaves a tensor out.
  private func renamed(_ name: (String) -> String?) -> Checkpoint {
    var tensors: [String: StoredTensor] = [:]
    for tensor in all {
      if let name = name(tensor.name) { tensors[name] = tensor.named(name) }
    }
    var unusable: [String: UnusableTensor] = [:]
    for tensor in self.unusable {
      guard let name = name(tensor.name) else { continue }
      unusable[name] = UnusableTensor(
        name: name, format: tensor.format, dimensions: tensor.dimensions)
    }
    return Checkpoint(source: source, tensors: tensors, unusable: unusable)
  }
}
