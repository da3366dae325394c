import Tensors

/// A LoRA adapter as its file has it, of whatever model: pairs of small matrices by layer.
///
/// peft's, diffusers' and kohya's names are understood. Nothing is copied: tensors stay in the file.
public struct Adapter: Sendable {
  /// Ranks above it save nothing over a whole matrix of PixArt.
  public static let mostRank = 1024

  /// Both halves for one layer, as they are stored.
  struct Pair: Sendable {
    let down: StoredTensor
    let up: StoredTensor
    /// Where the file says it.
    let alpha: Double?
    let magnitude: StoredTensor?
    /// Whether `_` may stand for `.` in the layer's name.
    let isFlat: Bool

    var rank: Int { down.shape[0] }
  }

  /// For people: as it was asked for, or its file.
  public let name: String
  /// What `adapter_config.json` says; nil without one.
  public let settings: AdapterSettings?
  /// By the layers' names in the file.
  let pairs: [String: Pair]
  /// Tensors of text encoders, which are left out.
  public let textEncoderTensors: Int
  /// Tells this adapter from other ones, whatever its file is called: 16 hexadecimal digits.
  public let hash: String
  /// Of its tensors.
  public let bytes: Int

  /// - Parameter name: For messages.
  /// - Throws: ``AdapterError``.
  public init(_ checkpoint: Checkpoint, settings: AdapterSettings?, name: String)
    throws(AdapterError)
  {
    if let tensor = checkpoint.unusable.first {
      guard case .textEncoder = AdapterKey(tensor.name) else {
        throw .unusableTensor(tensor, adapter: name)
      }
    }
    var collector = AdapterCollector(name: name)
    for tensorName in checkpoint.names {
      guard let tensor = try? checkpoint.tensor(tensorName) else { continue }
      try collector.add(tensor)
    }
    guard collector.hasLayers else {
      if collector.textEncoderTensors > 0 { throw .textEncoderOnly(adapter: name) }
      throw .notAnAdapter(name, kind: checkpoint.kind)
    }
    if let stranger = collector.stranger { throw .unknownTensor(stranger, adapter: name) }
    let pairs = try collector.pairs()
    if let settings, !settings.hasRanks {
      for (layer, pair) in pairs.sorted(by: { $0.key < $1.key }) where pair.rank != settings.rank {
        throw .rankIsNotConfigured(
          layer: layer, found: pair.rank, configured: settings.rank, adapter: name)
      }
    }
    self.name = name
    self.settings = settings
    self.pairs = pairs
    textEncoderTensors = collector.textEncoderTensors
    bytes = checkpoint.all.reduce(0) { $0 + $1.byteCount }
    var hash = SHA256()
    hash.add(checkpoint.digest)
    if let settings {
      hash.add(
        " \(settings.alpha) \(settings.usesRootOfRank) "
          + settings.alphas.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
            separator: " "))
    }
    self.hash = String(hash.hexadecimal.prefix(16))
  }

  // MARK: For people

  /// The layers it adapts, as its file names them.
  public var layers: [String] { pairs.keys.sorted() }

  public var parameters: Int {
    pairs.values.reduce(0) { $0 + $1.down.shape.count + $1.up.shape.count }
  }

  /// The least and the largest.
  public var ranks: ClosedRange<Int> {
    let ranks = pairs.values.map(\.rank)
    return (ranks.min() ?? 0)...(ranks.max() ?? 0)
  }

  /// Least and largest of what pairs are multiplied by at a scale of 1.
  public var factors: ClosedRange<Float> {
    let factors = pairs.map { factor(of: $1, layer: $0) }
    return (factors.min() ?? 0)...(factors.max() ?? 0)
  }

  /// Such as `LoRA of rank 4, 27 layers`.
  public var summary: String {
    let ranks = ranks
    let rank =
      ranks.lowerBound == ranks.upperBound
      ? "\(ranks.lowerBound)" : "\(ranks.lowerBound) to \(ranks.upperBound)"
    return "\(usesMagnitudes ? "DoRA" : "LoRA") of rank \(rank), \(pairs.count) layers"
  }

  public var usesMagnitudes: Bool { pairs.values.contains { $0.magnitude != nil } }

  /// Whether an adapter turns a model into a latent consistency model, by what it is called.
  ///
  /// - Parameter name: Its path, or its name in the library.
  public static func isForLCM(name: String) -> Bool {
    // A folder of the Hugging Face cache has its name three levels above the file.
    name.split(separator: "/").suffix(4).contains { part in
      part.lowercased().split { !$0.isLetter && !$0.isNumber }.contains("lcm")
    }
  }

  /// alpha / rank, or alpha / √rank; kohya's own alpha comes first, none means the rank.
  func factor(of pair: Pair, layer: String) -> Float {
    let rank = Double(pair.rank)
    guard let alpha = pair.alpha ?? settings?.alpha(of: layer) else { return 1 }
    return Float(alpha / (settings?.usesRootOfRank == true ? rank.squareRoot() : rank))
  }
}
