import Tensors

/// Puts the tensors of an adapter's file together, layer by layer.
struct AdapterCollector {
  private struct Layer {
    let isFlat: Bool
    var down: StoredTensor?
    var up: StoredTensor?
    var alpha: StoredTensor?
    var magnitude: StoredTensor?
  }

  private let name: String
  private var layers: [String: Layer] = [:]
  private(set) var textEncoderTensors = 0
  /// The first tensor that is no part of an adapter.
  private(set) var stranger: String?

  /// - Parameter name: The adapter's, for messages.
  init(name: String) { self.name = name }

  /// Whether there is a half of a layer.
  var hasLayers: Bool { layers.values.contains { $0.down != nil || $0.up != nil } }

  mutating func add(_ tensor: StoredTensor) throws(AdapterError) {
    switch AdapterKey(tensor.name) {
    case .textEncoder: textEncoderTensors += 1
    case .unknown: stranger = stranger ?? tensor.name
    case .unsupported(let method):
      throw .unsupported(method: method, adapter: name, example: tensor.name)
    case .layer(let layerName, let isFlat, let role):
      var layer = layers[layerName] ?? Layer(isFlat: isFlat)
      let part: WritableKeyPath<Layer, StoredTensor?>
      switch role {
      case .down: part = \.down
      case .up: part = \.up
      case .alpha: part = \.alpha
      case .magnitude: part = \.magnitude
      }
      guard layer[keyPath: part] == nil else { throw .twice(layer: layerName, adapter: name) }
      layer[keyPath: part] = tensor
      layers[layerName] = layer
    }
  }

  /// - Throws: ``AdapterError`` for the first layer that lacks something or whose halves do not meet.
  func pairs() throws(AdapterError) -> [String: Adapter.Pair] {
    var pairs: [String: Adapter.Pair] = [:]
    for (layerName, layer) in layers.sorted(by: { $0.key < $1.key }) {
      guard let down = layer.down else {
        throw .missingHalf(layer: layerName, missing: "lora_A (lora_down)", adapter: name)
      }
      guard let up = layer.up else {
        throw .missingHalf(layer: layerName, missing: "lora_B (lora_up)", adapter: name)
      }
      guard down.shape.rank >= 2, up.shape.rank >= 2, down.shape[0] == up.shape[1] else {
        throw .ranksDiffer(
          layer: layerName, down: down.shape, up: up.shape, adapter: name)
      }
      guard (1...Adapter.mostRank).contains(down.shape[0]) else {
        throw .rankOutOfRange(layer: layerName, found: down.shape[0], adapter: name)
      }
      var alpha: Double?
      if let stored = layer.alpha {
        guard let number = stored.onlyNumber, number.isFinite, abs(number) <= 1e6 else {
          let found = stored.onlyNumber.map { "\($0)" } ?? "\(stored.shape)"
          throw .badAlpha(layer: layerName, found: found, adapter: name)
        }
        alpha = Double(number)
      }
      pairs[layerName] = Adapter.Pair(
        down: down, up: up, alpha: alpha, magnitude: layer.magnitude, isFlat: layer.isFlat)
    }
    return pairs
  }
}

extension StoredTensor {
  /// The number of a tensor with one.
  fileprivate var onlyNumber: Float? {
    guard shape.count == 1 else { return nil }
    switch format {
    case .float32: return Float(bitPattern: bytes.loadUnaligned(as: UInt32.self))
    case .float16: return Float(Float16(bitPattern: bytes.loadUnaligned(as: UInt16.self)))
    case .bfloat16:
      return Float(bitPattern: UInt32(bytes.loadUnaligned(as: UInt16.self)) << 16)
    }
  }
}
