import Tensors

extension Checkpoint {
  /// What network it holds; nothing for one that has no part in PixArt.
  public var kind: CheckpointKind? { CheckpointKind(self) }

  /// The same tensors under diffusers' names.
  ///
  /// Fused layers become views of their rows; what diffusers does without is left out. A checkpoint
  /// with diffusers' names already is given back as it is, and so are names that no rule is for.
  ///
  /// - Throws: ``CheckpointError/wrongShape(name:source:expected:found:)`` if the rows of a fused
  ///   layer cannot be shared out evenly.
  public func inDiffusersNames() throws(CheckpointError) -> Checkpoint {
    let prefix = "first_stage_model."
    if contains(prefix + "decoder.conv_in.weight") {
      return try renamed(by: .autoencoder, below: prefix, shapesAttention: true)
    }
    if contains("decoder.mid.block_1.conv1.weight") {
      return try renamed(by: .autoencoder, shapesAttention: true)
    }
    if contains("controlnet.0.before_proj.weight") { return try renamed(by: .controlNet) }
    if contains("t_block.1.weight") { return try renamed(by: .transformer) }
    return self
  }

  /// - Parameters:
  ///   - prefix: What lies elsewhere is left out.
  ///   - shapesAttention: Whether attention may be saved as 1×1 convolutions.
  private func renamed(
    by rules: [NameRule], below prefix: String = "", shapesAttention: Bool = false
  ) throws(CheckpointError) -> Checkpoint {
    let names = (self.names + unusable.map(\.name)).filter { $0.hasPrefix(prefix) }
    let levels = names.reduce(0) { most, name in
      guard name.hasPrefix(prefix + "decoder.up."),
        case let parts = Self.components(of: name, below: prefix), parts.count > 2,
        let level = Int(parts[2]), level >= 0
      else { return most }
      return max(most, min(level, 64) + 1)
    }
    // Most rules fall away with the first component.
    let rules = Dictionary(grouping: rules) { $0.original[0] }
    var tensors: [String: StoredTensor] = [:]
    var unusable: [String: UnusableTensor] = [:]
    for name in names {
      let parts = Self.components(of: name, below: prefix)
      let targets =
        rules[parts.first ?? ""]?.lazy.compactMap { $0.names(for: parts, levels: levels) }.first
        ?? [name]
      let tensor: StoredTensor
      do {
        tensor = try self.tensor(name)
      } catch .unusableTensor(_, let found) {
        for target in targets {
          unusable[target] = UnusableTensor(
            name: target, format: found.format, dimensions: found.dimensions)
        }
        continue
      }
      for (target, part) in zip(targets, try split(tensor, into: targets.count)) {
        let isAttention = shapesAttention && target.contains(".attentions.0.to_")
        tensors[target] = (isAttention ? part.asMatrix : part).named(target)
      }
    }
    return Checkpoint(source: source, tensors: tensors, unusable: unusable)
  }

  /// By bytes, for names are long and many.
  private static func components(of name: String, below prefix: String) -> [Substring] {
    name.utf8.dropFirst(prefix.utf8.count).split(separator: UInt8(ascii: ".")).map { Substring($0) }
  }

  /// Equal shares of a tensor's rows.
  private func split(_ tensor: StoredTensor, into count: Int) throws(CheckpointError)
    -> [StoredTensor]
  {
    guard count > 1 else { return [tensor] }
    let rows = tensor.shape[0] / count
    guard rows * count == tensor.shape[0] else {
      let even = Shape([(rows + 1) * count] + tensor.shape.dimensions.dropFirst())
      throw .wrongShape(name: tensor.name, source: source, expected: even, found: tensor.shape)
    }
    return (0..<count).map { tensor.rows($0 * rows..<($0 + 1) * rows) }
  }
}

extension StoredTensor {
  /// A 1×1 convolution as the matrix that it is.
  fileprivate var asMatrix: StoredTensor {
    guard shape.rank == 4, shape[2] == 1, shape[3] == 1 else { return self }
    return reshaped([shape[0], shape[1]])
  }
}
